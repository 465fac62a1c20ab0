import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { root } from './command/root.ts'
import { readWorkspace } from './lint/workspace.ts'

const libraries = readWorkspace(root).packages.filter(({ manifest }) => !manifest.private)

it.each(libraries.map(({ manifest, folder }) => [manifest.name, folder]))(
  'the README of %s links only to what is packed with it',
  (_name, folder) => {
    const { files } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
      readonly files: readonly string[]
    }
    const readme = readFileSync(path.join(folder, 'README.md'), 'utf8')
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => link)
    expect(links.filter((link) => !files.includes(link.split('/')[0] ?? ''))).toEqual([])
  },
)
