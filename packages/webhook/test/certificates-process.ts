import { testAuthority } from './test-certificates.ts'

// A CA and a certificate of a server at 127.0.0.1 and by the names that are the arguments, valid for an hour, as JSON on stdout:
// { ca, cert, key }. A process of its own: tools import no service.

const authority = testAuthority('bench', Date.now())
process.stdout.write(
  `${JSON.stringify({ ca: authority.pem, ...authority.certificate(process.argv.slice(2)) })}\n`,
)
