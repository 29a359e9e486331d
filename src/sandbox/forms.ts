/**
 * The forms of an answer. Where the sources show an answer in several forms, or none shows it at all, a user of the
 * sandbox chooses the form. A client of the platform has to understand each of them.
 */
export interface Forms {
  /** The monitoring graph of a server: JSON text in one of two fields, or a task whose result it is. */
  graph: 'content' | 'contents' | 'task'
  /** Whether an address is blocked: `{ ip_status }`, `{ ip_list: true }`, the list of blocked addresses, or `{}`. */
  blocked: 'status' | 'boolean' | 'list' | 'nothing'
  /** The allow list of SFTP on v2: JSON text beside the policy, or a list alone. */
  sftpList: 'text' | 'list'
  /** The allow list of MySQL. It has no policy in either form. */
  mysqlList: 'list' | 'text'
  /** `block_all` for the list of MySQL. It is documented for SFTP alone. */
  mysqlBlockAll: 'refused' | 'accepted'
  /** Whether a row of `GET /server` tells the SSH keys of the master user. */
  masterKeys: 'untold' | 'told'
  /** The aliases of an application: a list, or one text with commas. */
  aliases: 'list' | 'text'
  /** The domain of an application: a host name, or a URL. */
  domain: 'host' | 'url'
  /** What stands in the place of a domain that an application does not have. */
  noDomain: 'null' | 'empty'
  /** What `own_ssl` holds for a custom certificate. No source shows it. */
  ownSsl: 'object' | 'flag'
  /** The path and the field that the platform takes a custom certificate by. Each client knows another one. */
  ownSslCall: 'ownSSL ssl_crt' | 'own_ssl ssl_crt' | 'own_ssl ssl_cert'
  /** The services of a stopped server: as before the stop, all stopped, PHP's empty map, or 422. No source shows it. */
  stoppedServices: 'unchanged' | 'stopped' | 'empty' | 'refused'
  /** The log of a staging copy: rows in a map, the rows alone, or a text. */
  stagingLogs: 'map' | 'rows' | 'text'
  /** Whether SSH of an application is switched on at once, or after the client has confirmed it. */
  sshSwitch: 'at once' | 'confirmed'
  /** Switches such as `redis_enabled`: a digit in a text, or a number. */
  flags: 'text' | 'number'
}

/** Every form by its name. The first one is the default: what was seen live, else what is documented. */
export const forms: { readonly [Name in keyof Forms]: readonly [Forms[Name], ...Forms[Name][]] } = {
  graph: ['content', 'contents', 'task'],
  blocked: ['status', 'boolean', 'list', 'nothing'],
  sftpList: ['text', 'list'],
  mysqlList: ['list', 'text'],
  mysqlBlockAll: ['refused', 'accepted'],
  masterKeys: ['untold', 'told'],
  aliases: ['list', 'text'],
  domain: ['host', 'url'],
  noDomain: ['null', 'empty'],
  ownSsl: ['object', 'flag'],
  ownSslCall: ['ownSSL ssl_crt', 'own_ssl ssl_crt', 'own_ssl ssl_cert'],
  stoppedServices: ['unchanged', 'stopped', 'empty', 'refused'],
  stagingLogs: ['map', 'rows', 'text'],
  sshSwitch: ['at once', 'confirmed'],
  flags: ['text', 'number'],
}

export const defaultForms = Object.fromEntries(
  Object.entries(forms).map(([name, [first]]) => [name, first]),
) as unknown as Forms
