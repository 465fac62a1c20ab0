import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../../command/root.ts'

/** Where a server finds its certificate, and what its clients trust. */
export interface Certificates {
  readonly certFile: string
  readonly keyFile: string
  /** PEM. */
  readonly ca: string
}

/** Writes certificate and key of a server at 127.0.0.1 into a folder. */
export const writeCertificates = (folder: string): Certificates => {
  const program = path.join(root, 'packages/webhook/test/certificates-process.ts')
  const text = execFileSync(process.execPath, ['--conditions=@odfmo/source', program], { encoding: 'utf8' })
  const { ca, cert, key } = JSON.parse(text) as {
    readonly ca: string
    readonly cert: string
    readonly key: string
  }
  const [certFile, keyFile] = [path.join(folder, 'tls.crt'), path.join(folder, 'tls.key')]
  writeFileSync(certFile, cert)
  writeFileSync(keyFile, key, { mode: 0o600 })
  return { certFile, keyFile, ca }
}
