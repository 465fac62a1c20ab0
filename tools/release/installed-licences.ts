import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'

/** Looks up what installed packages state as their licence, by key of the lockfile. */
export function installedLicences(root: string): (key: string) => string | undefined {
  const store = path.join(root, 'node_modules/.pnpm')
  const folders = readdirSync(store)
  return (key) => {
    const plain = key.replace(/\(.*$/, '')
    const name = plain.slice(0, plain.lastIndexOf('@'))
    const encoded = plain.replaceAll('/', '+')
    const folder = folders.find((one) => one === encoded || one.startsWith(`${encoded}_`))
    if (folder === undefined) throw new Error(`${plain} is not installed: npm run release installs it first`)
    const file = path.join(store, folder, 'node_modules', name, 'package.json')
    const { license } = JSON.parse(readFileSync(file, 'utf8')) as { readonly license?: unknown }
    return typeof license === 'string' ? license : undefined
  }
}
