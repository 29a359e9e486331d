/**
 * Made-up tokens of many issuers. The prefix is in two pieces, so that no scanner of repositories takes one for real.
 *
 * @module
 */

/** Letters that look random and are the same in every run. */
export function made(length: number, alphabet = 'aB3cD4eF5gH6jK7mN8pQ9rS2tU'): string {
  let state = 7
  return Array.from({ length }, () => {
    state = (state * 48271 + 11) % 2147483647
    return alphabet[state % alphabet.length]
  }).join('')
}

export const hex = (length: number) => made(length, '0123456789abcdef')
const upper = (length: number) => made(length, '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ')
/** A text with a secret. */
export interface Sample {
  family: string
  text: string
  secret: string
}

export const of = (family: string, secret: string, ...texts: string[]): Sample[] =>
  texts.map((text) => ({ family, secret, text: text.replaceAll('{}', secret) }))

/** Tokens that stand alone, by prefix: the prefix in two pieces. */
const prefixed: [family: string, first: string, second: string, rest: string][] = [
  ['GitHub', 'gh', 'p_', made(36)],
  ['GitHub app', 'gh', 's_', made(36)],
  ['GitHub refresh', 'gh', 'r_', made(36)],
  ['GitHub fine', 'github', '_pat_', `${made(22)}_${made(59)}`],
  ['GitLab', 'glp', 'at-', made(20)],
  ['GitLab deploy', 'gld', 't-', made(20)],
  ['GitLab runner', 'glr', 't-', made(20)],
  ['Slack bot', 'xo', 'xb-', `123456789012-${made(24)}`],
  ['Slack app', 'xa', 'pp-', `1-A02ABCDEF-1234567890-${hex(32)}`],
  ['Stripe', 'sk', '_live_', made(24)],
  ['Stripe restricted', 'rk', '_live_', made(24)],
  ['Stripe test', 'sk', '_test_', made(24)],
  ['Stripe webhook', 'wh', 'sec_', made(32)],
  ['Klaviyo', 'p', 'k_', hex(34)],
  ['AWS', 'AK', 'IA', upper(16)],
  ['AWS session', 'AS', 'IA', upper(16)],
  ['Google key', 'AI', 'za', made(35)],
  ['Google token', 'ya', '29.', `a0${made(60)}`],
  ['Google client', 'GOC', 'SPX-', made(28)],
  ['Google refresh', '1/', '/0', `g${made(40)}`],
  ['SendGrid', 'S', 'G.', `${made(22)}.${made(43)}`],
  ['Mailgun', 'ke', 'y-', hex(32)],
  ['Brevo', 'xkey', 'sib-', `${hex(64)}-${made(16)}`],
  ['npm', 'np', 'm_', made(36)],
  ['PyPI', 'pypi', '-AgE', made(60)],
  ['DigitalOcean', 'dop', '_v1_', hex(64)],
  ['DigitalOcean OAuth', 'doo', '_v1_', hex(64)],
  ['Shopify', 'shp', 'at_', hex(32)],
  ['Shopify app', 'shp', 'ss_', hex(32)],
  ['Facebook', 'EA', 'AC', made(60)],
  ['Square', 'sq', '0csp-', made(43)],
  ['Hugging Face', 'h', 'f_', made(34)],
  ['OpenAI', 's', 'k-', made(48)],
  ['OpenAI project', 'sk', '-proj-', made(48)],
  ['Anthropic', 'sk', '-ant-api03-', made(60)],
  ['Groq', 'gs', 'k_', made(52)],
  ['Replicate', 'r', '8_', made(37)],
  ['Heroku', 'HR', 'KU-', made(36)],
  ['Netlify', 'nf', 'p_', made(36)],
  ['Supabase', 'sb', 'p_', hex(40)],
  ['PlanetScale', 'psc', 'ale_pw_', made(32)],
  ['Databricks', 'da', 'pi', hex(32)],
  ['Doppler', 'dp', '.pt.', made(43)],
  ['Vault', 'hv', 's.', made(24)],
  ['Atlassian', 'AT', 'ATT3x', made(60)],
  ['Bitbucket', 'AT', 'BB', made(32)],
  ['Linear', 'li', 'n_api_', made(40)],
  ['Notion', 'nt', 'n_', made(46)],
  ['Figma', 'fi', 'gd_', made(40)],
  ['New Relic', 'NR', 'AK-', upper(27)],
  ['Grafana', 'gl', 'sa_', `${made(32)}_${hex(8)}`],
  ['Sentry', 'sn', 'trys_', made(60)],
  ['PostHog', 'ph', 'x_', made(43)],
  ['Twilio', 'S', 'K', hex(32)],
  ['Telegram', '1234567', '890:AA', made(33)],
  ['Discord', 'M', made(23), `.${made(6)}.${made(38)}`],
  ['Dropbox', 's', 'l.', made(64)],
  ['Docker', 'dck', 'r_pat_', made(27)],
  ['Contentful', 'CF', 'PAT-', made(43)],
  ['Razorpay', 'rz', 'p_live_', made(14)],
  ['age', 'AGE-SEC', 'RET-KEY-1', upper(58)],
  ['Cloudways', 'cw', '_', made(40)],
  ['this server', 'cw', 't_', `${made(43)}.${made(60)}`],
  ['Cloudflare', 'v1.', '0-', `${hex(24)}-${hex(146)}`],
  ['JSON Web Token', 'ey', `JhbGciOiJIUzI1NiJ9.`, `eyJzdWIiOiIxMjM0In0.${made(43)}`],
  ['Mailchimp', hex(30), '0f', '-us14'],
]

export const tokens = prefixed.flatMap(([family, first, second, rest]) =>
  of(family, first + second + rest, '{}', `the token {} was used`),
)
