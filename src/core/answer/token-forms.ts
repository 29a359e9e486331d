/**
 * Tokens that tell by their own form what they are. Data for the net: one row for each issuer.
 *
 * Every pattern is linear: a repetition stands at the end, or is bounded.
 *
 * @module
 */
import { isWords } from './word-forms.ts'

/** Prefixes that nothing else has. */
const certain = [
  String.raw`\bcwt_[A-Za-z0-9_-]{20,}[A-Za-z0-9_.=-]*`,
  'A[KS]IA[0-9A-Z]{16}',
  'gh[opsur]_[A-Za-z0-9]{8,}',
  'github_pat_[A-Za-z0-9_]{8,}',
  'gl(?:pat|dt|ft|rt|ptt|soat|agent|imt|cbt|oas|ffct|rtr)-[A-Za-z0-9_-]{8,}',
  'xox[a-z]-[A-Za-z0-9-]{8,}',
  String.raw`\bxapp-\d-[A-Za-z0-9-]{8,}`,
  String.raw`\b[rs]k_(?:live|test)_[A-Za-z0-9]{8,}`,
  String.raw`\bpk_(?:live_|test_)?[A-Za-z0-9]{20,}`,
  String.raw`\bwhsec_[A-Za-z0-9+/=]{8,}`,
  String.raw`\brzp_(?:live|test)_[A-Za-z0-9]{8,}`,
  'AIza[A-Za-z0-9_-]{30,}',
  String.raw`\bya29\.[A-Za-z0-9_-]{10,}`,
  'GOCSPX-[A-Za-z0-9_-]{16,}',
  String.raw`\b1//0[A-Za-z0-9_-]{20,}`,
  String.raw`\bSG\.[A-Za-z0-9_-]{10,64}\.[A-Za-z0-9_-]{10,}`,
  String.raw`\bkey-(?=[a-z]{0,30}\d)[0-9a-z]{20,}`,
  String.raw`\b[0-9a-f]{32}-us\d{1,2}\b`,
  'x(?:keysib|smtpsib)-[0-9a-f]{16,}[0-9a-zA-Z-]*',
  String.raw`\bnpm_[A-Za-z0-9]{20,}`,
  'pypi-AgE[A-Za-z0-9_-]{10,}',
  'do[opr]_v1_[a-f0-9]{16,}',
  'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{16,}',
  String.raw`\bEAA[A-Za-z0-9]{30,}`,
  String.raw`\bsq0[a-z]{3}-[A-Za-z0-9_-]{20,}`,
  String.raw`\bhf_[A-Za-z0-9]{20,}`,
  String.raw`\bgsk_[A-Za-z0-9]{20,}`,
  String.raw`\br8_[A-Za-z0-9]{20,}`,
  String.raw`\bxai-[A-Za-z0-9]{20,}`,
  String.raw`\bpplx-[A-Za-z0-9]{20,}`,
  String.raw`\bv1\.0-[0-9a-f]{20,}[0-9a-f-]*`,
  'HRKU-[A-Za-z0-9_-]{20,}',
  String.raw`\bnf[pco]_[A-Za-z0-9]{20,}`,
  String.raw`\bsb(?:p|_secret)_[A-Za-z0-9]{16,}`,
  String.raw`\bpscale_(?:tkn|oauth|pw)_[\w.-]{16,}`,
  String.raw`\bdapi[a-f0-9]{32}`,
  String.raw`\bdp\.(?:st|pt|ct|sa|scim|audit)\.[\w.-]{20,}`,
  String.raw`\bhv[sbr]\.[A-Za-z0-9_-]{20,}`,
  String.raw`\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{20,}`,
  String.raw`\bAT(?:ATT|CTT|BB|SPT)[A-Za-z0-9_=-]{20,}`,
  String.raw`\blin_(?:api|oauth)_[A-Za-z0-9]{20,}`,
  String.raw`\b(?:secret|ntn)_[A-Za-z0-9]{30,}`,
  String.raw`\bfigd_[A-Za-z0-9_-]{20,}`,
  String.raw`\bpat[A-Za-z0-9]{14}\.[0-9a-f]{40,}`,
  String.raw`\bNR(?:AK|II|JS|RA)-[A-Za-z0-9-]{16,}`,
  String.raw`\bgl(?:c|sa)_[A-Za-z0-9_=+/-]{20,}`,
  String.raw`\bsntry[su]_[A-Za-z0-9_=+/-]{20,}`,
  String.raw`\bphx_[A-Za-z0-9]{20,}`,
  String.raw`\bSK[0-9a-f]{32}\b`,
  String.raw`\b\d{8,10}:AA[A-Za-z0-9_-]{32,}`,
  String.raw`\b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}`,
  String.raw`\bsl\.[A-Za-z0-9_-]{40,}`,
  'dckr_[op]at_[A-Za-z0-9_-]{16,}',
  'CFPAT-[A-Za-z0-9_-]{20,}',
  String.raw`\bshippo_(?:live|test)_[a-f0-9]{16,}`,
  'AGE-SECRET-KEY-1[0-9A-Z]{20,}',
  // Hashes of passwords, as WordPress, Apache, Linux and MySQL write them.
  String.raw`\$(?:wp\$)?2[abxy]\$\d\d\$[./A-Za-z0-9]{20,}`,
  String.raw`\$[PH]\$[./A-Za-z0-9]{20,}`,
  String.raw`\$(?:[156]|apr1)\$[^\s$'"]{1,40}\$[./A-Za-z0-9]{16,}`,
  String.raw`\$argon2id?\$[^\s'"]{20,}`,
  String.raw`\*[0-9A-F]{40}\b`,
]

const prefixed = new RegExp(certain.join('|'), 'g')

/** Prefixes that ordinary names have too: a label `cw_production`, a package `sk-learn-with-many-steps`. */
const likely = /\bcwt?_[A-Za-z0-9_.-]{6,}|cwt?_[A-Za-z0-9_.-]{20,}|\bsk-[A-Za-z0-9_-]{20,}/g

/** A JSON Web Token, signed or encrypted. The match begins where a run of its letters begins, so it is made once. */
const webToken = /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{11,}(?:\.[A-Za-z0-9_-]*){2,4}/g

const withoutWebToken = (note: string) => (match: string) => {
  const begin = match.indexOf('eyJ')
  const dot = match.indexOf('.')
  return begin < 0 || dot - begin < 11 || match.length - dot < 10 ? match : match.slice(0, begin) + note
}

/** A part of every token of this file, for a quick look at texts that have none. */
export const tokenSigns =
  /cwt?_|A[KS]IA|gh[opsur]_|github_pat|gl[a-z]{1,5}[-_]|xox[a-z]-|xapp-|[rsp]k[_-]|whsec_|rzp_|AIza|ya29|GOCSPX|1\/\/0|SG\.|key-|-us\d|x(?:keysib|smtpsib)|npm_|pypi-|do[opr]_v1|shp(?:at|ca|pa|ss)_|EAA|sq0|hf_|r8_|xai-|pplx-|v1\.0-|HRKU|nf[pco]_|sbp_|sb_secret|pscale_|dapi|dp\.|hv[sbr]\.|atlasv1|AT(?:ATT|CTT|BB|SPT)|lin_|secret_|ntn_|figd_|pat[A-Za-z0-9]|NR[AIJ]|sntry|phx_|SK[0-9a-f]|:AA|[MNO][\w-]{23,27}\.|sl\.|dckr_|CFPAT|shippo_|AGE-|\$|\*[0-9A-F]|eyJ/

/** A text without the tokens that their form tells. */
export function withoutTokens(text: string, note: string): string {
  const safe = text
    .replace(prefixed, note)
    .replace(likely, (match) => (isWords(match.slice(match.search(/[_-]/) + 1)) ? match : note))
  return safe.includes('eyJ') ? safe.replace(webToken, withoutWebToken(note)) : safe
}
