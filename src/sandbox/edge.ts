/** What Cloudflare does for an application, as far as the platform tells of it. @module */

export interface Edge {
  domains: EdgeDomain[]
  smart_purge: boolean
  purged: number
  /** Under the names of the answer. */
  setting: { min_tls_version: string; early_hints: string; tls_1_3: string }
  custom_metadata: {
    mirage: boolean
    polish: string
    webp: boolean
    minify_js: boolean
    minify_css: boolean
    minify_html: boolean
    scrapeshield: boolean
    caching: boolean
    edgecaching: boolean
    ua_mode: string
  }
}

export interface EdgeDomain {
  hostname: string
  hostname_id: string
  /** `pending`: its records are not there yet. */
  status: 'pending' | 'activated'
}

/** Each domain has an id that tells nothing of it. */
export const edgeDomain = (hostname: string, place: number, status: EdgeDomain['status']): EdgeDomain => ({
  hostname,
  hostname_id: `7f5ad8a2-11c5-4a39-a7bd-${String(place).padStart(12, '0')}`,
  status,
})

export const newEdge = (): Edge => ({
  domains: [],
  smart_purge: false,
  purged: 0,
  setting: { min_tls_version: '1.2', early_hints: 'off', tls_1_3: 'on' },
  custom_metadata: {
    mirage: false,
    polish: 'off',
    webp: false,
    minify_js: false,
    minify_css: false,
    minify_html: false,
    scrapeshield: false,
    caching: true,
    edgecaching: true,
    ua_mode: 'false',
  },
})
