/** Looks at a site as a visitor sees it. The core has no network of its own, so that a host brings them. @module */

/** The certificate that a site shows. */
export interface SeenCertificate {
  /** ISO 8601. */
  valid_until: string
  issuer: string | null
  covers: string[]
  /** Whether a browser would accept it for this domain. */
  trusted: boolean
  /** Why not. */
  why?: string
}

/** What a server answered to a visitor; redirects are told and not followed. */
export interface SeenAnswer {
  status: number
  milliseconds: number
  /** Where a redirect leads, without its query. */
  location?: string
}

/** What was seen of one domain. A part that could not be seen says why: that is not the same as "none". */
export interface OutsideView {
  /** The addresses that DNS gives; empty: the name has none. */
  addresses: string[] | { why: string }
  certificate: SeenCertificate | { why: string }
  https: SeenAnswer | { why: string }
  http: SeenAnswer | { why: string }
}

/**
 * Looks at one domain: DNS, the certificate, and the answers to a visitor. It connects to public addresses only, brings
 * no credentials, and answers in some seconds, whatever happens.
 */
export type OutsideLook = (domain: string, signal: AbortSignal) => Promise<OutsideView>
