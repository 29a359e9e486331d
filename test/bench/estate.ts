/** An account of `servers` x `apps`, with about as many fields as the platform answers. */
export function estate(servers: number, apps: number) {
  const filler = (prefix: string, count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`${prefix}_${index}`, `value ${index} of ${prefix}`]),
    )
  return {
    status: true,
    servers: Array.from({ length: servers }, (_, s) => ({
      id: String(70000 + s),
      label: `server-${s}`,
      status: 'running',
      cloud: 'do',
      region: 'ams3',
      instance_type: '4GB',
      public_ip: `203.0.113.${s}`,
      master_user: 'master_x',
      master_password: 'not-a-real-password',
      ...filler('server_setting', 30),
      apps: Array.from({ length: apps }, (_, a) => ({
        id: String(90000 + s * apps + a),
        label: `shop-${s}-${a}`,
        application: 'wordpress',
        app_version: '6.8',
        app_fqdn: `wordpress-${s}-${a}.cloudwaysapps.com`,
        cname: `www.shop-${s}-${a}.example.com`,
        app_password: 'not-a-real-password',
        sys_password: 'not-a-real-password',
        mysql_password: 'not-a-real-password',
        ...filler('app_setting', 14),
      })),
    })),
  }
}
