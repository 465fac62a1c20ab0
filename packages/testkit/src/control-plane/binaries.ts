import { accessSync, constants, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { ControlPlaneError } from './control-plane-error.ts'

/** Paths of the programs that make a control plane. */
export interface Binaries {
  readonly etcd: string
  readonly kubeApiserver: string
  /** Undefined where there is none: clusters then run without controllers. */
  readonly kubeControllerManager: string | undefined
  readonly kubectl: string | undefined
}

/** What decides where programs are looked for. */
export interface BinaryPlaces {
  readonly env: Readonly<Record<string, string | undefined>>
  /** As Node names them: `linux`, `x64`. */
  readonly platform: string
  readonly arch: string
}

/** The version that the conformance suite is recorded with. */
const pinnedVersion = '1.35.4'

const names = {
  etcd: 'etcd',
  kubeApiserver: 'kube-apiserver',
  kubeControllerManager: 'kube-controller-manager',
  kubectl: 'kubectl',
} as const satisfies Record<keyof Binaries, string>

/** Go's names of architectures, which the store uses. */
const goArchitectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }

const thisMachine = (): BinaryPlaces => ({
  env: process.env,
  platform: process.platform,
  arch: process.arch,
})

/** The folder under which setup-envtest keeps one folder per version. */
const storeFolder = ({ env }: BinaryPlaces): string => {
  const data = env['XDG_DATA_HOME']
  const home = env['HOME'] ?? homedir()
  return join(
    data === undefined || data === '' ? join(home, '.local', 'share') : data,
    'kubebuilder-envtest',
    'k8s',
  )
}

/** `<version>-<os>-<arch>`, as the store names its folders. */
const storeEntry = (version: string, { platform, arch }: BinaryPlaces): string =>
  `${version}-${platform}-${goArchitectures[arch] ?? arch}`

/** Where the store keeps the programs of the pinned version, or will once somebody has put them there. */
export const pinnedStoreFolder = (places: BinaryPlaces = thisMachine()): string =>
  join(storeFolder(places), storeEntry(pinnedVersion, places))

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const numbersOf = (version: string): number[] => version.split('.').map(Number)

const newerFirst = (left: string, right: string): number => {
  const [a, b] = [numbersOf(left), numbersOf(right)]
  for (let at = 0; at < 3; at += 1) {
    const difference = (b[at] ?? 0) - (a[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** The store's folders for this machine that hold an API server: the pinned version first, then the newest. */
const storeFolders = (places: BinaryPlaces): string[] => {
  const store = storeFolder(places)
  const ending = storeEntry('', places)
  let entries: string[]
  try {
    entries = readdirSync(store)
  } catch {
    return [] // nobody has filled it yet
  }
  return entries
    .filter((entry) => entry.endsWith(ending) && /^\d+\.\d+\.\d+$/.test(entry.slice(0, -ending.length)))
    .map((entry) => entry.slice(0, -ending.length))
    .sort((left, right) =>
      left === pinnedVersion ? -1 : right === pinnedVersion ? 1 : newerFirst(left, right),
    )
    .map((version) => join(store, storeEntry(version, places)))
    .filter((folder) => isProgram(join(folder, names.kubeApiserver)) && isProgram(join(folder, names.etcd)))
}

const assetVariable = (name: string): string => `TEST_ASSET_${name.toUpperCase().replaceAll('-', '_')}`

interface Looked {
  readonly path: string | undefined
  /** Where it was looked for, in words. */
  readonly places: readonly string[]
}

const look = (name: string, places: BinaryPlaces, stored: readonly string[]): Looked => {
  const variable = assetVariable(name)
  const named = places.env[variable]
  if (named !== undefined && named !== '')
    return { path: isProgram(named) ? named : undefined, places: [`${variable}=${named}`] }
  const assets = places.env['KUBEBUILDER_ASSETS']
  if (assets !== undefined && assets !== '') {
    const path = join(assets, name)
    return { path: isProgram(path) ? path : undefined, places: [`KUBEBUILDER_ASSETS=${assets}`] }
  }
  const [folder] = stored
  const path = folder === undefined ? undefined : join(folder, name)
  return {
    path: path !== undefined && isProgram(path) ? path : undefined,
    places: [
      `${variable} (not set)`,
      'KUBEBUILDER_ASSETS (not set)',
      folder ?? join(storeFolder(places), storeEntry('*', places)),
    ],
  }
}

const missing = (lost: readonly (readonly [string, Looked])[], controllers: boolean): ControlPlaneError => {
  const where = lost.map(([name, { places }]) => `  ${name}: ${places.join(', ')}`).join('\n')
  const hint = lost.some(([name]) => name === names.kubeControllerManager)
    ? '\nArchives of setup-envtest have no kube-controller-manager: without one, start with `controllers: false`.'
    : ''
  // a variable that is set is the only place that is looked at
  const isNamed = lost.some(([, { places }]) => places.length === 1)
  const advice = isNamed
    ? 'A variable that is set counts alone: let it name what is there, or unset it.'
    : 'In a checkout of odfmo run `npm run control-plane`, which builds all of them once. Elsewhere run `setup-envtest use 1.35.x` ' +
      'and set KUBEBUILDER_ASSETS to the folder it prints.'
  return new ControlPlaneError(
    'ODFMO_CONTROL_PLANE_BINARIES',
    `a real control plane${controllers ? ' with controllers' : ''} needs programs that are not here, or may not be executed; looked for\n${where}\n${advice}${hint}`,
  )
}

/**
 * Finds the programs as envtest does: TEST_ASSET_ETCD, TEST_ASSET_KUBE_APISERVER and so on, each for its own program;
 * else the folder KUBEBUILDER_ASSETS; else the store of setup-envtest, of several versions the pinned one or the newest.
 * Throws ODFMO_CONTROL_PLANE_BINARIES when etcd or kube-apiserver is missing, or with `controllers` the manager.
 */
export const findBinaries = (controllers: boolean, places: BinaryPlaces = thisMachine()): Binaries => {
  const stored = storeFolders(places)
  const found = {
    etcd: look(names.etcd, places, stored),
    kubeApiserver: look(names.kubeApiserver, places, stored),
    kubeControllerManager: look(names.kubeControllerManager, places, stored),
    kubectl: look(names.kubectl, places, stored),
  }
  const { etcd, kubeApiserver, kubeControllerManager, kubectl } = found
  if (
    etcd.path === undefined ||
    kubeApiserver.path === undefined ||
    (controllers && kubeControllerManager.path === undefined)
  ) {
    const needed = [
      [names.etcd, etcd],
      [names.kubeApiserver, kubeApiserver],
      ...(controllers ? [[names.kubeControllerManager, kubeControllerManager] as const] : []),
    ] as const
    throw missing(
      needed.filter(([, { path }]) => path === undefined),
      controllers,
    )
  }
  return {
    etcd: etcd.path,
    kubeApiserver: kubeApiserver.path,
    kubeControllerManager: kubeControllerManager.path,
    kubectl: kubectl.path,
  }
}

/** The kubectl that is found as the other programs are; undefined when there is none. */
export const findKubectl = (places: BinaryPlaces = thisMachine()): string | undefined =>
  look(names.kubectl, places, storeFolders(places)).path
