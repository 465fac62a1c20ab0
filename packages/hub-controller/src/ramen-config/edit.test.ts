import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { drop, edit, profile, put } from './test/edits.ts'
import type { S3Profile } from './profile.ts'
import { profilesOfText } from './read-config.ts'

const one = profile('cluster1')
const two = profile('cluster2')

const oneLines = [
  '- s3Bucket: odrbucket-b1b922184baf',
  '  s3CompatibleEndpoint: https://s3-openshift-storage.apps.cluster1.example',
  '  s3ProfileName: s3profile-cluster1-ocs-storagecluster',
  '  s3Region: noobaa',
  '  s3SecretRef:',
  '    name: cluster1hash',
  '',
].join('\n')

describe('a profile is put', () => {
  it('behind the entries of a list without indent', () => {
    const text = 'a: 1\ns3StoreProfiles:\n- s3ProfileName: theirs # keep\n  x: 1\n# tail\nb: 2\n'
    expect(edit(text, put(one))).toBe(
      `a: 1\ns3StoreProfiles:\n- s3ProfileName: theirs # keep\n  x: 1\n${oneLines}# tail\nb: 2\n`,
    )
  })

  it('behind the entries of an indented list, in their column', () => {
    const text = 's3StoreProfiles:\n    -   s3ProfileName: theirs\n        x: 1\n    # tail\nb: 2\n'
    const after = edit(text, put(one))
    expect(after).toContain(
      '        x: 1\n    - s3Bucket: odrbucket-b1b922184baf\n      s3CompatibleEndpoint',
    )
    expect(after.endsWith('\n    # tail\nb: 2\n')).toBe(true)
  })

  it('into a flow list, and JSON stays JSON', () => {
    const text = '{"kind": "RamenConfig", "s3StoreProfiles": [{"s3ProfileName": "theirs"}], "z": [1]}'
    const after = edit(text, put(one, two))
    expect(JSON.parse(after)).toEqual({
      kind: 'RamenConfig',
      s3StoreProfiles: [{ s3ProfileName: 'theirs' }, one, two],
      z: [1],
    })
    expect(edit(after, drop(one, two))).toBe(text)
    expect(JSON.parse(edit('{}', put(one)))).toEqual({ s3StoreProfiles: [one] })
    expect(JSON.parse(edit('{"a": 1}', put(one)))).toEqual({ a: 1, s3StoreProfiles: [one] })
  })

  it.each([
    ['an empty flow list', 'a: 1\ns3StoreProfiles: [] # ours go here\nb: 2\n'],
    ['an empty flow list on the last line without a line break', 'a: 1\ns3StoreProfiles: []'],
    ['an empty flow list over lines', 's3StoreProfiles: [\n  # none\n]\nb: 2\n'],
    ['no list', 'a: 1\nb:\n  c: [1, 2]\n# the end\n'],
    ['no list and a block scalar last', 'a: 1\nb: |+\n  foo\n\n\n'],
    ['no list and no line break at the end', 'a: 1\nb: |\n  foo'],
    ['no list, all of it indented', '  a: 1\n  b: 2\n'],
    ['a document marker', '---\na: 1\n'],
    ['CRLF', 'a: 1\r\ns3StoreProfiles: []\r\nb: "x"\r\n'],
    ['CRLF and no list', 'a: 1\r\nb: 2\r\n'],
    ['a byte order mark', '\ufeffa: 1\n'],
    ['nothing', ''],
    ['comments only', '# nothing yet\n'],
    ['anchors elsewhere', 'a: &x {y: 1}\nb: *x\ns3StoreProfiles: []\n'],
    ['an anchor at the first key', '&q a: &z foo\nc: *z\n'],
    ['an alias as an entry of somebody', 'p: &p\n  s3ProfileName: theirs\ns3StoreProfiles:\n- *p\nz: 1\n'],
  ])('and taken out again without a trace: %s', (_name, text) => {
    const after = edit(text, put(one, two))
    const entries = profilesOfText(after)
    expect(entries.is === 'read' && entries.entries.slice(-2)).toEqual([one, two])
    expect(edit(after, put(one, two))).toBe(after)
    expect(edit(edit(after, drop(one)), drop(two))).toBe(text)
    expect(edit(after, drop(two, one))).toBe(text)
  })

  it.each([
    ['an empty value', 'a: 1\ns3StoreProfiles:\nb: 2\n'],
    ['an empty value and a comment', 's3StoreProfiles:   # later\nb: 2\n'],
    ['a null', 's3StoreProfiles: null\nb: 2\n'],
    ['a tilde', 'a: 0\ns3StoreProfiles: ~'],
    ['a document marker and nothing', '---\n'],
    ['a null in a flow mapping', '{a: 1, s3StoreProfiles: ~}'],
  ])('where there is %s', (_name, text) => {
    const after = edit(text, put(one))
    expect(parse(after)).toEqual({ ...(parse(text) as object | null), s3StoreProfiles: [one] })
    expect(profilesOfText(edit(after, drop(one)))).toEqual({ is: 'read', entries: [] })
  })

  it('as a new document where there is no text', () => {
    expect(parse(edit(undefined, put(one)))).toEqual({ s3StoreProfiles: [one] })
  })
})

describe('an entry of ours', () => {
  const text = [
    's3StoreProfiles:',
    '# first',
    '- s3Bucket:   old # the bucket',
    '  caCertificates: "LS0t" # theirs',
    "  s3CompatibleEndpoint: 'https://s3-openshift-storage.apps.cluster1.example'",
    '  s3ProfileName: s3profile-cluster1-ocs-storagecluster',
    '  s3Region: |',
    '    noo',
    '  s3SecretRef: {name: cluster1hash, namespace: theirs}',
    '',
  ].join('\n')

  it('is changed field by field; comments, quotes and keys of users stay', () => {
    expect(edit(text, put(one))).toBe(
      text.replace('  old #', '  odrbucket-b1b922184baf #').replace('|\n    noo', 'noobaa'),
    )
  })

  it('gets a missing field', () => {
    expect(parse(edit(text.replace(/ {2}s3Region.*\n.*noo\n/, ''), put(one)))).toEqual({
      s3StoreProfiles: [
        { ...one, caCertificates: 'LS0t', s3SecretRef: { name: 'cluster1hash', namespace: 'theirs' } },
      ],
    })
  })

  it('in a flow list is changed in place', () => {
    const flow = `{"s3StoreProfiles": [{"s3ProfileName": "${one.s3ProfileName}", "s3SecretRef": {"name": "cluster1hash"}, "k": 1}]}`
    expect(JSON.parse(edit(flow, put(one)))).toEqual({ s3StoreProfiles: [{ ...one, k: 1 }] })
  })

  it('with the same secret under another profile name is not ours', () => {
    const theirs = `s3StoreProfiles:\n- s3ProfileName: theirs\n  s3SecretRef: {name: cluster1hash}\n`
    expect(edit(theirs, drop(one))).toBe(theirs)
  })

  it('is told from a user’s by its secret: that one is never changed nor dropped, and ours not added beside it', () => {
    const theirs = `s3StoreProfiles:\n- s3ProfileName: ${one.s3ProfileName}\n  s3SecretRef: {name: mine}\n`
    expect(edit(theirs, put(one))).toBe(theirs)
    expect(edit(theirs, drop(one))).toBe(theirs)
  })

  it('moves to another secret of ours where the elder decides', () => {
    const moved = profile('cluster1', { s3SecretRef: { name: 'other' } })
    const after = edit(text, {
      put: [{ profile: moved, ours: new Set(['other', 'cluster1hash']) }],
      drop: [],
    })
    expect(profilesOfText(after)).toMatchObject({
      entries: [{ s3SecretRef: { name: 'other', namespace: 'theirs' } }],
    })
  })

  it('goes with its lines only: comments before and behind stay', () => {
    const listed = `s3StoreProfiles:\n# about theirs\n- s3ProfileName: theirs\n# about ours\n${oneLines}# behind\n\n- s3ProfileName: theirs2\n`
    expect(edit(listed, drop(one))).toBe(
      's3StoreProfiles:\n# about theirs\n- s3ProfileName: theirs\n# about ours\n# behind\n\n- s3ProfileName: theirs2\n',
    )
  })

  it('goes from a flow list with one comma, wherever it stands', () => {
    const entry = JSON.stringify(one)
    for (const [before, after] of [
      [`[ ${entry}, {a: 1} ]`, '[  {a: 1} ]'],
      [`[ {a: 1}, ${entry}, {b: 1}, ]`, '[ {a: 1} , {b: 1}, ]'],
      [`[ {a: 1}, ${entry} ]`, '[ {a: 1}  ]'],
      [`[ ${entry}, ]`, '[  ]'],
      [`[${entry}, ${entry}]`, '[ ]'],
    ] as const) {
      const text = `s3StoreProfiles: ${before} # c\nz: 1\n`
      expect(parse(edit(text, drop(one)))).toEqual(parse(`s3StoreProfiles: ${after} # c\nz: 1\n`))
    }
  })
})

describe('what Ramen left', () => {
  const golden = parse(
    readFileSync(
      new URL(
        '../../test/golden/hub__configmaps__openshift-operators__ramen-hub-operator-config.yaml',
        import.meta.url,
      ),
      'utf8',
    ),
  ) as { data: Record<string, string> }
  const text = golden.data['ramen_manager_config.yaml'] ?? ''
  const profiles = profilesOfText(text)
  const entries = (profiles.is === 'read' ? profiles.entries : []) as readonly S3Profile[]

  it('is as we would have it: nothing to do', () => {
    expect(entries).toHaveLength(2)
    expect(edit(text, put(...entries))).toBe(text)
  })

  it('comes out the same when its profiles are taken out and put again', () => {
    const without = edit(text, drop(...entries))
    expect(parse(without)).toEqual({ ...(parse(text) as object), s3StoreProfiles: [] })
    expect(edit(without, put(...entries))).toBe(text)
  })
})
