import { renameSync, writeFileSync } from 'node:fs'

/** Kubeconfig files that are written anew when their certificates are. */
export class KubeconfigFiles {
  readonly #files = new Map<string, () => string>()

  /** Writes a file, readable by its owner alone, and remembers how. */
  write(path: string, text: () => string): void {
    this.#files.set(path, text)
    // whoever reads it meets the old one or the new one, never half of one
    writeFileSync(`${path}.new`, text(), { mode: 0o600 })
    renameSync(`${path}.new`, path)
  }

  renew(): void {
    for (const [path, text] of this.#files) this.write(path, text)
  }
}
