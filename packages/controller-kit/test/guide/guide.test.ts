import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import * as kit from '@odfmo/controller-kit'

const guide = await readFile(join(import.meta.dirname, '../../../../docs/from-controller-runtime.md'), 'utf8')
const prose = guide.replace(/```ts\n[^]*?```/g, '')
const codes = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)

it('shows nothing but code that is compiled and run', async () => {
  const files = (await readdir(import.meta.dirname)).filter((file) => file.startsWith('sites.'))
  const sources = await Promise.all(files.map((file) => readFile(join(import.meta.dirname, file), 'utf8')))
  const blocks = [...guide.matchAll(/```ts\n([^]*?)```/g)].map(([, block = '']) => block)
  expect(blocks.length).toBeGreaterThan(3)
  for (const block of blocks)
    expect(
      sources.some((source) => source.includes(block)),
      block,
    ).toBe(true)
})

it('names what the kit exports', async () => {
  const report = await readFile(join(import.meta.dirname, '../../api-report/controller-kit.api.md'), 'utf8')
  const names = [...prose.matchAll(/\bkit\.(\w+)/g)].map(([, name = '']) => name)
  expect(names.length).toBeGreaterThan(20)
  const unknown = names.filter((name) => !(name in kit) && !new RegExp(`export \\w+ ${name}\\b`).test(report))
  expect(unknown).toEqual([])
})

it('names metrics as they are', async () => {
  const { body } = await new kit.Metrics().text()
  const names = codes.filter((code) =>
    /^(controller_runtime|workqueue|rest_client|leader_election|odfmo)_\w+$/.test(code),
  )
  expect(names.length).toBeGreaterThan(5)
  expect(names.filter((name) => !body.includes(`# TYPE ${name} `))).toEqual([])
})

it('names files that are there', async () => {
  const links = [...guide.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link = '']) => link)
  expect(links.length).toBeGreaterThan(3)
  const docs = join(import.meta.dirname, '../../../../docs')
  for (const link of links)
    await expect(readdir(join(docs, link, '..'))).resolves.toContain(link.split('/').at(-1))
})
