import type { ObjectSource } from '@odfmo/testkit'

const rule = (field: string) => ({
  rule: `!has(oldSelf.${field}) || (has(self.${field}) && self.${field} == oldSelf.${field})`,
  message: `${field} is immutable`,
})

type Fields = Record<string, unknown>
const fields = (value: unknown, ...path: readonly string[]): Fields =>
  path.reduce<Fields>((inner, name) => inner[name] as Fields, value as Fields)

/** The definitions as newer Ramen has them: region and profile of a DRCluster are immutable. */
export const strictCrds = (crds: readonly ObjectSource[]): readonly ObjectSource[] =>
  crds.map((source) => {
    const crd = structuredClone(source) as unknown as Fields
    if (fields(crd, 'spec', 'names')['kind'] !== 'DRCluster') return source
    const versions = fields(crd, 'spec')['versions'] as readonly Fields[]
    for (const version of versions) {
      const spec = fields(version, 'schema', 'openAPIV3Schema', 'properties', 'spec')
      spec['x-kubernetes-validations'] = [rule('region'), rule('s3ProfileName')]
    }
    return crd
  })
