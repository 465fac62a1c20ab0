import type { SecretMaker } from './secret-maker.ts'

/** What tells one Ceph from another. */
export interface CephIdentity {
  readonly fsid: string
  /** cephx key of the mirroring peer user. */
  readonly key: string
  readonly monHost: string
  /** Of an external Ceph. */
  readonly monSecret: string
}

/** How often a StorageCluster's Ceph was installed, and its key changed. */
export interface Generations {
  readonly install: number
  readonly key: number
}

export const firstGenerations: Generations = { install: 1, key: 1 }

/** The Ceph of a StorageCluster (`namespace/name`): the same for the same seed, another after a reinstallation. */
export const cephIdentity = (
  storageCluster: string,
  { install, key }: Generations,
  maker: SecretMaker,
  fixedFsid?: string,
): CephIdentity => {
  const what = `${storageCluster} ${install}`
  const monitor = `10.${maker.number(`${what} network`, 250)}.0.1`
  return {
    fsid: install === 1 && fixedFsid !== undefined ? fixedFsid : maker.uuid(`${what} fsid`),
    key: maker.cephKey(`${what} key ${key}`),
    monHost: `[v2:${monitor}:3300,v1:${monitor}:6789]`,
    monSecret: maker.cephKey(`${what} mon`),
  }
}
