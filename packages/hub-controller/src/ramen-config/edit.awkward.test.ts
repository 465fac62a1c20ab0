import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { profilesOfText } from './read-config.ts'
import { drop, edit, profile, put } from './test/edits.ts'

const [one, two] = [profile('cluster1'), profile('cluster2')]
const entry = (cluster: string, more = ''): string =>
  `- s3ProfileName: ${profile(cluster).s3ProfileName}\n${more}  s3SecretRef: {name: ${cluster}hash}\n`

describe('what somebody may have written about our profiles survives', () => {
  it('a comment that names the list, when the last entry goes', () => {
    const comment = '# s3StoreProfiles: ours stand here\n'
    const text = `s3StoreProfiles:\n${comment}${entry('cluster1')}z: 1\n`
    expect(edit(text, drop(one))).toBe(`s3StoreProfiles: []\n${comment}z: 1\n`)
  })

  it('the comment of a block scalar that is replaced', () => {
    const text = `s3StoreProfiles:\n${entry('cluster1', '  s3Region: |- # why\n    old\n')}`
    expect(edit(text, put(one))).toContain('  s3Region: noobaa # why\n')
  })

  it('a comment within a mapping in place of a value is never lost: the entry is left alone', () => {
    const text = `s3StoreProfiles:\n${entry('cluster1', '  s3Region:\n    a: 1 # why\n')}`
    expect(() => edit(text, put(one))).toThrow('uneditable')
    expect(parse(edit(text.replace(' # why', ''), put(one)))).toEqual({ s3StoreProfiles: [one] })
  })

  it('a comment behind the first comma of a flow list, when the first entry goes', () => {
    const text = `s3StoreProfiles: [{"s3ProfileName": "${one.s3ProfileName}", "s3SecretRef": {"name": "cluster1hash"}}, # theirs\n  {a: 1}]\n`
    expect(edit(text, drop(one))).toBe('s3StoreProfiles: [ # theirs\n  {a: 1}]\n')
  })

  it('a shared certificate, however many entries use it', () => {
    const theirs = Array.from(
      { length: 500 },
      (_, i) => `- s3ProfileName: theirs${i}\n  caCertificates: *ca\n`,
    )
    const text = `ca: &ca LS0t\ns3StoreProfiles:\n${theirs.join('')}`
    expect(edit(edit(text, put(one)), drop(one))).toBe(text)
  })
})

describe('several changes at once', () => {
  it('the only entry of a flow list goes and another one comes', () => {
    const text = edit('{"s3StoreProfiles": []}', put(one))
    const after = edit(text, { put: put(two).put, drop: drop(one).drop })
    expect(JSON.parse(after)).toEqual({ s3StoreProfiles: [two] })
    const trailing = text.replace(']}', ', ]}')
    expect(parse(edit(trailing, { put: put(two).put, drop: drop(one).drop }))).toEqual({
      s3StoreProfiles: [two],
    })
  })
})

describe('entries of the same name', () => {
  it('are all set right where they are ours, for a reader takes the first', () => {
    const text = `s3StoreProfiles:\n${entry('cluster1', '  k: 1\n')}${entry('cluster1')}`
    expect(profilesOfText(edit(text, put(one)))).toEqual({ is: 'read', entries: [{ ...one, k: 1 }, one] })
    expect(profilesOfText(edit(text, drop(one)))).toEqual({ is: 'read', entries: [] })
  })

  it('are kept where they are a user’s, and ours beside them is set right', () => {
    const theirs = `- s3ProfileName: ${one.s3ProfileName}\n  s3SecretRef: {name: mine}\n`
    const text = `s3StoreProfiles:\n${theirs}${entry('cluster1')}`
    const after = edit(text, put(one))
    expect(after.startsWith(`s3StoreProfiles:\n${theirs}`)).toBe(true)
    expect(profilesOfText(after)).toMatchObject({ entries: [{}, one] })
    expect(edit(after, drop(one))).toBe(`s3StoreProfiles:\n${theirs}`)
  })
})

describe('white space and endings', () => {
  it.each([
    ['tabs before values and comments', 'a:\t1\t# c\ns3StoreProfiles:\t[]\t# ours\nb: 2\n'],
    ['a document end', 'a: 1\ns3StoreProfiles: []\n...\n'],
    ['a directive', '%YAML 1.2\n---\na: 1\n'],
    ['a quoted key', '"s3StoreProfiles": []\na: 1\n'],
    ['CRLF, a byte order mark and no last line break', '\ufeffa: 1\r\ns3StoreProfiles: []\r\nb: "é"'],
  ])('%s', (_name, text) => {
    const after = edit(text, put(one, two))
    expect(profilesOfText(after)).toEqual({ is: 'read', entries: [one, two] })
    if (text.includes('\r')) expect(after.replaceAll('\r\n', '')).not.toContain('\n')
    expect(edit(after, drop(one, two))).toBe(text)
  })
})
