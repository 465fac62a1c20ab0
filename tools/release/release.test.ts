import { appendFileSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { root } from '../command/root.ts'
import { packRelease } from './pack-release.ts'
import { releaseProblems } from './release-problems.ts'
import { releasedPackages } from './released-packages.ts'
import { serviceVersionProblems } from './service-versions.ts'
import { copyOfRepository, type RepositoryCopy } from './test/copy-of-repository.ts'
import { startRegistry } from './test/registry.ts'

/** Folder → version, of all packages. */
const versions = ({ folder }: RepositoryCopy): Record<string, string> =>
  Object.fromEntries(releasedPackages(folder).map((one) => [path.basename(one.folder), one.version]))

/** What a release now would give; the copy is as before then. */
function versionsAfter(copy: RepositoryCopy): Record<string, string> {
  copy.run('changeset', 'version')
  const found = versions(copy)
  copy.git('reset', '--quiet', '--hard')
  copy.git('clean', '--quiet', '--force', '-d')
  return found
}

const all = <T>(names: readonly string[], value: T): Record<string, T> =>
  Object.fromEntries(names.map((name) => [name, value]))

const pure = ['api-types', 'secret-naming', 'secret-exchange']
const libraries = [...pure, 'controller-kit', 'console-init', 'testkit']
const services = ['hub-controller', 'token-exchange-agent', 'webhook']

/** As if nothing had been released, whatever the repository has behind it: with its changesets, every package minor. */
function beforeTheFirstRelease(copy: RepositoryCopy): void {
  for (const file of readdirSync(path.join(copy.folder, '.changeset')).filter((name) =>
    name.endsWith('.md'),
  )) {
    const text = copy.read(`.changeset/${file}`)
    copy.write(`.changeset/${file}`, text.replace(/^('.*': )major$/gm, '$1minor'))
  }
  for (const { folder, name, version } of releasedPackages(copy.folder)) {
    const file = `${folder}/package.json`
    copy.write(file, copy.read(file).replace(`"version": "${version}"`, '"version": "0.0.0"'))
    const slug = path.basename(folder)
    copy.write(`.changeset/rehearsal-${slug}.md`, `---\n'${name}': minor\n---\n\nFirst version of ${slug}.\n`)
  }
  copy.commitAll('Before the first release')
}

// Every step is a process or a dozen.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

it('this repository is of one version', async () => {
  expect([...releaseProblems(root), ...(await serviceVersionProblems(root))]).toEqual([])
})

describe('a release, rehearsed on a copy of the repository', () => {
  let copy: RepositoryCopy
  let said: string

  beforeAll(async () => {
    copy = copyOfRepository()
    beforeTheFirstRelease(copy)
    said = await copy.release(['version'])
    copy.commitAll('The first release')
  })
  afterAll(() => copy[Symbol.dispose]())

  it('gives versions, takes the changesets away, and says what there is', () => {
    expect(versions(copy)).toEqual(all([...libraries, ...services], '0.1.0'))
    expect(said).toContain('@odfmo/testkit 0.1.0\n')
    expect(readdirSync(path.join(copy.folder, '.changeset')).filter((name) => name.endsWith('.md'))).toEqual(
      [],
    )
    expect(JSON.parse(copy.read('package.json'))).toMatchObject({ version: '0.1.0' })
  })

  it('has a changelog of every package, in the words of its changesets', () => {
    const text = copy.read('packages/secret-exchange/CHANGELOG.md')
    expect(text).toMatch(/^# @odfmo\/secret-exchange\n\n## 0\.1\.0\n\n### Minor Changes\n\n/)
    expect(text).toContain('- First version of secret-exchange.\n')
    expect(text).toContain(
      '\n- Updated dependencies:\n  - @odfmo/api-types 0.1.0\n  - @odfmo/secret-naming 0.1.0\n',
    )
    expect(text).not.toMatch(/\b[0-9a-f]{7}\b:/)
  })

  it('names the images of these versions wherever manifests name them', () => {
    for (const overlay of ['vanilla', 'openshift']) {
      const text = copy.read(`deploy/overlays/${overlay}/kustomization.yaml`)
      expect(text.match(/newTag: 0\.1\.0/g)).toHaveLength(services.length)
    }
  })

  it('is one whole, and what is not of one version is named', () => {
    expect(releaseProblems(copy.folder)).toEqual([])
    const broken = (file: string, before: string, after: string): readonly string[] => {
      const text = copy.read(file)
      expect(text).toContain(before)
      copy.write(file, text.replace(before, after))
      const problems = releaseProblems(copy.folder)
      copy.write(file, text)
      return problems
    }
    expect(broken('packages/webhook/package.json', '"version": "0.1.0"', '"version": "0.2.0"')).toEqual([
      'packages/webhook: version 0.2.0, but packages/hub-controller has 0.1.0: services go together',
      'packages/webhook/CHANGELOG.md: its newest version is 0.1.0, that of the package 0.2.0',
    ])
    expect(broken('package.json', '"version": "0.1.0"', '"version": "0.0.9"')).toEqual([
      'package.json: version 0.0.9, but the services have 0.1.0',
    ])
    expect(
      broken(
        'packages/secret-exchange/package.json',
        '"@odfmo/api-types": "workspace:*"',
        '"@odfmo/api-types": "workspace:^"',
      ),
    ).toEqual([
      'packages/secret-exchange/package.json: @odfmo/api-types is workspace:^, expected workspace:*',
    ])
    expect(broken('deploy/overlays/vanilla/kustomization.yaml', 'newTag: 0.1.0', 'newTag: 0.0.9')).toEqual([
      expect.stringMatching(
        /^deploy\/overlays\/vanilla\/kustomization\.yaml: newTag of .* is 0\.0\.9, expected 0\.1\.0$/,
      ),
    ])
  })

  it('of a library takes along what is made with it, and nothing else', async () => {
    await copy.release(['change', '--patch', '@odfmo/secret-naming', '-m', 'A name is right.'])
    const [file = ''] = readdirSync(path.join(copy.folder, '.changeset')).filter((name) =>
      name.endsWith('.md'),
    )
    expect(copy.read(`.changeset/${file}`)).toMatch(
      /^---\n.@odfmo\/secret-naming.: patch\n---\n\nA name is right\.\n$/,
    )
    const found = versionsAfter(copy)
    expect(found).toEqual({
      ...all(['api-types', 'controller-kit', 'console-init', 'testkit'], '0.1.0'),
      ...all(['secret-naming', 'secret-exchange', ...services], '0.1.1'),
    })
  })

  it('of one service is one of all three', () => {
    copy.write('.changeset/small.md', "---\n'@odfmo/webhook': minor\n---\n\nSays more.\n")
    const found = versionsAfter(copy)
    expect(found).toEqual({ ...all(libraries, '0.1.0'), ...all(services, '0.2.0') })
  })

  it('is tagged once', async () => {
    const tags = ['v0.1.0', ...libraries.map((name) => `@odfmo/${name}@0.1.0`)].toSorted()
    expect((await copy.release(['tag'])).trim().split('\n').toSorted()).toEqual(tags)
    expect(await copy.release(['tag'])).toBe('')
    expect(copy.git('tag', '--list', '--points-at', 'HEAD').trim().split('\n').toSorted()).toEqual(tags)
  })

  it('is not packed while something is not committed', async () => {
    appendFileSync(path.join(copy.folder, 'README.md'), 'More.\n')
    await expect(copy.release(['pack'])).rejects.toThrow(
      'not committed: README.md\nCommit it, or say --uncommitted.\n',
    )
    copy.git('checkout', '--quiet', 'README.md')
  })

  it('is published as it was packed, each library after those that it needs, and once', async () => {
    await using registry = await startRegistry()
    mkdirSync(path.join(copy.folder, 'dist'))
    copy.write(
      'dist/npmrc',
      `registry=${registry.url}\n${registry.url.replace('http:', '')}:_authToken=nothing\nfetch-retries=0\n`,
    )
    const env = {
      NPM_CONFIG_USERCONFIG: path.join(copy.folder, 'dist/npmrc'),
      NPM_CONFIG_REGISTRY: registry.url,
      // as from `npm run --silent`
      npm_config_loglevel: 'silent',
    }
    const folder = path.join(copy.folder, 'dist/release')
    await packRelease({ root: copy.folder, folder, builder: 'urn:test' })

    expect(await copy.release(['publish', '--dry'], env)).toContain(
      '@odfmo/testkit@0.1.0 would be published from dist/',
    )
    expect(registry.published).toEqual([])
    await expect(copy.release(['publish', '--from', 'nowhere'], env)).rejects.toThrow(
      /nowhere has no SHA256SUMS: npm run release -- pack makes it\n$/,
    )

    await copy.release(['publish'], env)
    const order = registry.published.map(({ name }) => name.replace('@odfmo/', ''))
    expect(order.toSorted()).toEqual(libraries.toSorted())
    for (const { name, manifest } of registry.published) {
      const own = Object.entries(manifest.dependencies ?? {}).filter(([one]) => one.startsWith('@odfmo/'))
      const before = order.slice(0, order.indexOf(name.replace('@odfmo/', '')))
      for (const [needed, specifier] of own) {
        expect(specifier).toBe('0.1.0')
        expect(before).toContain(needed.replace('@odfmo/', ''))
      }
    }

    const again = await copy.release(['publish'], env)
    expect(again.trim().split('\n')).toEqual(order.map((name) => `@odfmo/${name}@0.1.0 is published already`))
    expect(registry.published).toHaveLength(libraries.length)

    appendFileSync(path.join(folder, 'odfmo-testkit-0.1.0.tgz'), 'more')
    await expect(copy.release(['publish'], env)).rejects.toThrow('odfmo-testkit-0.1.0.tgz: expected sha256')
  })
})
