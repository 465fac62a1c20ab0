/** Every CA has a name of its own, from 8 random octets: a verifier finds the right one of several by it. */
export const authorityName = (octets: Uint8Array): string =>
  `odfmo-webhook-ca ${Buffer.from(octets).toString('hex')}`

/** The subject of a certificate of such a name, as `X509Certificate` prints it. */
export const authoritySubject = /^CN=odfmo-webhook-ca [\da-f]{16}$/
