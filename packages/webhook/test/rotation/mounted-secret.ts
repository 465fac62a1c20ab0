import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { TestCertificate } from '../test-certificates.ts'

/** A Secret as a kubelet mounts it: files are links into a folder, which a new one replaces in one step. */
export class MountedSecret {
  readonly #folder: string
  readonly certFile: string
  readonly keyFile: string
  #version = 0

  constructor(folder: string, certificate: TestCertificate) {
    this.#folder = folder
    this.certFile = path.join(folder, 'tls.crt')
    this.keyFile = path.join(folder, 'tls.key')
    this.replace(certificate)
    symlinkSync('..data/tls.crt', this.certFile)
    symlinkSync('..data/tls.key', this.keyFile)
  }

  replace({ cert, key }: TestCertificate): void {
    this.#version += 1
    const name = `..version_${this.#version}`
    mkdirSync(path.join(this.#folder, name))
    writeFileSync(path.join(this.#folder, name, 'tls.crt'), cert)
    writeFileSync(path.join(this.#folder, name, 'tls.key'), key)
    const link = path.join(this.#folder, '..data_tmp')
    symlinkSync(name, link)
    renameSync(link, path.join(this.#folder, '..data'))
  }
}
