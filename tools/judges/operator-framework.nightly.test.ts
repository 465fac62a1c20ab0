import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { goModuleFolder, goProgram, NoGoProgramError } from '../command/go-program.ts'
import { root } from '../command/root.ts'
import { bundleImage } from '../generate/olm/images.ts'
import { olmFiles } from '../generate/olm/olm-files.ts'
import { packageName, thisRelease, type Release } from '../generate/olm/release.ts'
import { serviceFacts } from '../generate/service-facts.ts'
import type { GeneratedFile } from '../generate/yaml-file.ts'
import { hubReference } from '../reference/hub-reference.ts'

const module = 'operator-framework'

interface Verdict {
  readonly by: string
  readonly level: 'ok' | 'warning' | 'error'
  readonly message: string
}

interface Judgement {
  readonly verdicts: readonly Verdict[]
  /** The file with the catalog that opm renders, if it does. */
  readonly rendered: string
}

const csvFile = `olm/bundle/manifests/${packageName}.clusterserviceversion.yaml`

/** Versions of the original: upstream's, and as Red Hat ships it. */
const originals = ['4.9.0', '4.14.11-rhodf', '4.18.3-rhodf', '4.21.0-rhodf']

/** Building takes two minutes, and on a new machine some hundred modules have to come first. */
describe("the operator framework's own validators", () => {
  let program = ''
  let why: string | undefined
  beforeAll(async () => {
    try {
      const tags = ['containers_image_openpgp', 'exclude_graphdriver_btrfs']
      program = await goProgram({ module, name: 'judge', tags })
    } catch (error) {
      if (!(error instanceof NoGoProgramError)) throw error
      why = error.message
    }
  }, 1_800_000)

  const folderWith = (files: readonly GeneratedFile[]): string => {
    const folder = mkdtempSync(path.join(tmpdir(), 'olm-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    for (const { file, text } of files) {
      const place = path.join(folder, file)
      mkdirSync(path.dirname(place), { recursive: true })
      writeFileSync(place, text)
    }
    return folder
  }
  const judge = async (folder: string, release: Release, from: readonly string[]): Promise<Judgement> => {
    const rendered = path.join(folderWith([]), 'rendered.json')
    const args = [path.join(folder, 'deploy/olm'), bundleImage(release), rendered, ...from]
    const { stdout } = await promisify(execFile)(program, args)
    const verdicts = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Verdict)
    return { verdicts, rendered }
  }
  const filesOf = async (release: Release): Promise<readonly GeneratedFile[]> => {
    const [facts, hub] = await Promise.all([serviceFacts(), hubReference()])
    return olmFiles(facts, hub, release)
  }
  const complaints = ({ verdicts }: Judgement): readonly Verdict[] =>
    verdicts.filter(({ level }) => level !== 'ok')

  it('find nothing wrong with what is shipped, and render the same catalog from it', async ({ skip }) => {
    skip(why !== undefined, why)
    const judgement = await judge(root, thisRelease, originals)
    // Before the first release there is no version, which they say by this.
    const unreleased = 'csv.Spec.Version must be set'
    const isUnreleased = thisRelease.version === '0.0.0'
    expect(
      complaints(judgement).filter(({ message }) => !(isUnreleased && message.includes(unreleased))),
    ).toEqual([])
    expect(judgement.verdicts.length).toBeGreaterThan(10)
    const shipped = readFileSync(path.join(root, `deploy/olm/catalog/${packageName}/catalog.yaml`), 'utf8')
    // JSON documents, one after the other, each closed at the margin.
    const rendered = readFileSync(judgement.rendered, 'utf8').replaceAll('\n}\n{', '\n}\n---\n{')
    expect(documents(rendered)).toEqual(documents(shipped))
  })

  it('find nothing wrong with a release to come, and a way to it from the one before', async ({ skip }) => {
    skip(why !== undefined, why)
    const release = { version: '1.2.3', previous: '1.2.2' }
    const folder = folderWith(await filesOf(release))
    const judgement = await judge(folder, release, [...originals, '0.0.1', '1.2.2', '1.2.3-rc.1'])
    expect(complaints(judgement)).toEqual([])
    const elsewhere = await judge(folder, release, ['1.2.3', '5.0.0'])
    expect(complaints(elsewhere).map(({ by }) => by)).toEqual(['upgrade-from-1.2.3', 'upgrade-from-5.0.0'])
  })

  it('find what is wrong', async ({ skip }) => {
    skip(why !== undefined, why)
    const release = { version: '1.2.3' }
    const files = (await filesOf(release)).map(({ file, text }) =>
      file === `deploy/${csvFile}`
        ? { file, text: text.replace('kind: MirrorPeer', 'kind: MirrorPair').replace('Seamless', 'Seamy') }
        : { file, text: text.replace('entries:\n  - name', 'entries:\n  - replaces: nothing.v1\n    named') },
    )
    const judgement = await judge(folderWith(files), release, [])
    const found = complaints(judgement)
    expect(new Set(found.map(({ by }) => by))).toEqual(
      new Set(['bundle', 'capabilities', 'csv', 'opm-catalog', 'opm-content', 'opm-render']),
    )
  })

  it('have the definitions that the tests take from them', async ({ skip }) => {
    skip(why !== undefined, why)
    const list = ['list', '-m', '-f', '{{.Dir}}', 'github.com/operator-framework/api']
    const { stdout } = await promisify(execFile)('go', list, { cwd: goModuleFolder(module) })
    for (const plural of ['catalogsources', 'clusterserviceversions', 'operatorgroups', 'subscriptions']) {
      const theirs = path.join(stdout.trim(), `crds/operators.coreos.com_${plural}.yaml`)
      const ours = path.join(root, `tools/generate/olm/fixtures/${plural}.json`)
      expect(JSON.parse(readFileSync(ours, 'utf8')), plural).toEqual(
        withoutDescriptions(parse(readFileSync(theirs, 'utf8'))),
      )
    }
  })
})

const documents = (text: string): readonly unknown[] =>
  text.split(/^---\n/m).map((document) => parse(document) as unknown)

/** What is described by a text; a property of that name stays. */
const withoutDescriptions = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutDescriptions)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, of]) => !(name === 'description' && typeof of === 'string'))
      .map(([name, of]) => [name, withoutDescriptions(of)]),
  )
}
