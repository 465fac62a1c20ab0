import { describe, expect, it } from 'vitest'
import { editRamenConfig } from './edit.ts'
import { profilesOfText } from './read-config.ts'
import { drop, edit, profile, put } from './test/edits.ts'

const one = profile('cluster1')

describe('what cannot be edited is left alone', () => {
  it.each([
    ['a list', '- a\n- b\n'],
    ['a scalar', 'hello'],
    ['no YAML', 'a: [1\nb: }'],
    ['two documents', 'a: 1\n---\nb: 2\n'],
    ['a key twice', 'a: 1\na: 2\n'],
    ['profiles that are a mapping', 's3StoreProfiles: {a: 1}\n'],
    ['profiles that are text', 's3StoreProfiles: none\n'],
    ['an alias of nothing', 'a: *x\n'],
    ['an anchor that contains itself', 'a: &x {b: *x}\n'],
    ['an anchor that contains itself, further down', 'a: &x [{b: [{c: *x}]}]\n'],
    ['a thousand levels', `a: ${'['.repeat(1_000)}${']'.repeat(1_000)}\n`],
    ['a hundred thousand levels', `a: ${'['.repeat(100_000)}${']'.repeat(100_000)}\n`],
    [
      'more aliases than anybody writes',
      [
        'a: &a [x]',
        ...[...'bcdefg'].map((name, i) => `${name}: &${name} [${`*${'abcdef'[i]},`.repeat(10)}]`),
        '',
      ].join('\n'),
    ],
  ])('%s', (_name, text) => {
    expect(editRamenConfig(text, put(one)).is).toBe('unreadable')
    expect(profilesOfText(text).is).toBe('unreadable')
  })

  it('nothing of the text gets into a warning', async () => {
    const warnings: Error[] = []
    const listen = (warning: Error): void => void warnings.push(warning)
    process.on('warning', listen)
    expect(editRamenConfig('? {password: hidden}\n: 1\nb: !theirs x\n', put(one)).is).toBe('text')
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', listen)
    expect(warnings).toEqual([])
  })

  it.each([
    ['the list is an alias', 'a: &l []\ns3StoreProfiles: *l\n'],
    [
      'our entry is an alias',
      `p: &p\n  s3ProfileName: ${one.s3ProfileName}\n  s3SecretRef: {name: cluster1hash}\ns3StoreProfiles:\n- *p\n`,
    ],
    [
      'a field of ours is used elsewhere',
      `s3StoreProfiles:\n- s3ProfileName: ${one.s3ProfileName}\n  s3Region: &r old\n  s3SecretRef: {name: cluster1hash}\nz: *r\n`,
    ],
  ])('%s', (_name, text) => {
    expect(editRamenConfig(text, put(one)).is).toBe('uneditable')
  })

  it('nothing to do is nothing done, however it is written', () => {
    for (const text of ['', '# x', 'a:   1', 's3StoreProfiles:   [ ]  ']) expect(edit(text, put())).toBe(text)
  })

  it('a message tells what and where, and nothing of the text', () => {
    const message = (text: string): string => {
      const result = editRamenConfig(text, put(one))
      return result.is === 'text' ? '' : result.message
    }
    expect(message('a: 1\nb: *hunter2\n')).not.toContain('hunter2')
    expect(message('a: 1\n  "hunter2": 1\n}')).not.toContain('hunter2')
    expect(message('a: 1\n---\nb: 2\n')).toBe(
      'ramen_manager_config.yaml is no YAML: it holds several documents',
    )
    expect(message('a: 1\na: hunter2\n')).toBe(
      'ramen_manager_config.yaml is no YAML: Map keys must be unique at line 2, column 1',
    )
  })

  it('an entry merged from elsewhere cannot be dropped, and one whose secret is merged in is changed', () => {
    const base = `base: &base\n  s3SecretRef: {name: cluster1hash}\n`
    const own = `${base}s3StoreProfiles:\n- <<: *base\n  s3ProfileName: ${one.s3ProfileName}\n  s3Region: old\n`
    const after = edit(own, put(one))
    expect(profilesOfText(after)).toEqual({ is: 'read', entries: [one] })
    expect(after).toContain(`- s3Bucket: ${one.s3Bucket}\n`)
    expect(after.startsWith(base)).toBe(true)
    const root = `base: &base\n  s3StoreProfiles:\n  - s3ProfileName: ${one.s3ProfileName}\n    s3SecretRef: {name: cluster1hash}\n<<: *base\n`
    expect(editRamenConfig(root, drop(one)).is).toBe('uneditable')
  })
})
