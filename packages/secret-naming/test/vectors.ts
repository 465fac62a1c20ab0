import { readFileSync } from 'node:fs'

const read = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/vectors/${file}`, import.meta.url), 'utf8'))

interface Case<Input, Expected> {
  readonly id: string
  readonly kind: string
  readonly title: string
  readonly scored: boolean
  readonly input: Input
  readonly expected: Expected
  readonly original?: Expected
}

/** The scored naming cases of one kind. */
export const namingCases = <Input, Expected>(kind: string): readonly Case<Input, Expected>[] => {
  const { cases } = read('cases.json') as {
    readonly cases: readonly (Case<Input, Expected> & { group: string })[]
  }
  return cases.filter((one) => one.group === 'naming' && one.kind === kind && one.scored)
}

/** The original's own answers. */
export const namingTables = read('naming.json') as {
  readonly hubSecretName: readonly {
    readonly clusterName: string
    readonly storageClusterNamespace: string
    readonly storageClusterName: string
    readonly name: string
    readonly s3Name: string
  }[]
  readonly schedulingIntervalHash: readonly {
    readonly interval: string
    readonly volumeReplicationClass: string
  }[]
  readonly bucket: readonly { readonly clusterNames: readonly string[]; readonly bucket: string }[]
  readonly replicationId: readonly { readonly fsids: readonly string[]; readonly id: string }[]
}
