import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findBinaries } from './binaries.ts'
import type { BinaryPlaces } from './binaries.ts'

let data = ''
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'binaries-'))
})
afterEach(() => rmSync(data, { recursive: true, force: true }))

const places = (env: Record<string, string> = {}): BinaryPlaces => ({
  env: { XDG_DATA_HOME: data, ...env },
  platform: 'linux',
  arch: 'x64',
})

const all = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl']

const fill = (folder: string, names: readonly string[] = all, mode = 0o755): string => {
  mkdirSync(folder, { recursive: true })
  for (const name of names) writeFileSync(join(folder, name), '', { mode })
  return folder
}
const stored = (version: string, names?: readonly string[]): string =>
  fill(join(data, 'kubebuilder-envtest', 'k8s', `${version}-linux-amd64`), names)

describe('findBinaries', () => {
  it('takes the pinned version out of the store, whatever is newer', () => {
    stored('1.36.3')
    const pinned = stored('1.35.4')
    expect(findBinaries(true, places())).toEqual({
      etcd: join(pinned, 'etcd'),
      kubeApiserver: join(pinned, 'kube-apiserver'),
      kubeControllerManager: join(pinned, 'kube-controller-manager'),
      kubectl: join(pinned, 'kubectl'),
    })
  })

  it('takes the newest version by number where the pinned one is not there', () => {
    stored('1.9.11')
    stored('1.34.2')
    const newest = stored('1.34.10')
    expect(findBinaries(true, places()).etcd).toBe(join(newest, 'etcd'))
  })

  it('takes no version of another machine, and none that is half there', () => {
    fill(join(data, 'kubebuilder-envtest', 'k8s', '1.35.4-darwin-arm64'))
    stored('1.35.4', ['kube-apiserver'])
    const older = stored('1.33.0')
    expect(findBinaries(true, places()).kubeApiserver).toBe(join(older, 'kube-apiserver'))
  })

  it('takes KUBEBUILDER_ASSETS before the store, and a program of its own variable before that', () => {
    stored('1.35.4')
    const assets = fill(join(data, 'assets'))
    const own = fill(join(data, 'own'), ['my-etcd'])
    const env = { KUBEBUILDER_ASSETS: assets, TEST_ASSET_ETCD: join(own, 'my-etcd') }
    const found = findBinaries(true, places(env))
    expect(found.etcd).toBe(join(own, 'my-etcd'))
    expect(found.kubeApiserver).toBe(join(assets, 'kube-apiserver'))
  })

  it('asks to correct a variable that names nothing, rather than to build', () => {
    stored('1.35.4')
    const look = (): unknown => findBinaries(true, places({ KUBEBUILDER_ASSETS: '/nowhere' }))
    expect(look).toThrow(/KUBEBUILDER_ASSETS=\/nowhere[^]*let it name what is there, or unset it/)
    expect(look).not.toThrow(/npm run control-plane/)
  })

  it('does without a controller manager where no controllers are wanted', () => {
    const assets = fill(join(data, 'assets'), ['etcd', 'kube-apiserver', 'kubectl'])
    expect(findBinaries(false, places({ KUBEBUILDER_ASSETS: assets })).kubeControllerManager).toBeUndefined()
  })

  it.each([
    [
      'with nothing at all',
      () => ({}),
      /etcd: TEST_ASSET_ETCD \(not set\), KUBEBUILDER_ASSETS \(not set\), .*kubebuilder-envtest/,
    ],
    [
      'with nothing at all',
      () => ({}),
      /npm run control-plane[^]*setup-envtest use 1\.35\.x[^]*KUBEBUILDER_ASSETS/,
    ],
    [
      'with a file that may not be executed',
      () => ({ KUBEBUILDER_ASSETS: fill(join(data, 'assets'), all, 0o644) }),
      /kube-apiserver: KUBEBUILDER_ASSETS=.*assets/,
    ],
    [
      'with what setup-envtest downloads',
      () => ({ KUBEBUILDER_ASSETS: fill(join(data, 'assets'), ['etcd', 'kube-apiserver', 'kubectl']) }),
      /looked for\n {2}kube-controller-manager: .*\n[^]*setup-envtest have no kube-controller-manager/,
    ],
  ])('%s it says what was looked for where, and what to do', (_case, env, message) => {
    expect(() => findBinaries(true, places(env()))).toThrow(
      expect.objectContaining({
        code: 'ODFMO_CONTROL_PLANE_BINARIES',
        message: expect.stringMatching(message),
      }),
    )
  })
})
