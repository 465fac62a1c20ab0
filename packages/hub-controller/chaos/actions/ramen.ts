import { contract, kinds, type DRCluster } from '@odfmo/api-types'
import { ramenConfigOf, ramenKey, ramenRewrites } from '../actors/ramen.ts'
import { objectText, usersPrefix } from '../hands.ts'
import { ourEntries, ramenTextOf } from '../oracle/ramen-text.ts'
import type { Action } from '../step.ts'

const rewrite: Action = {
  name: 'Ramen rewrites',
  weight: 2,
  async run({ hands, truth }) {
    truth.ramenText ??= 'kind: RamenConfig\n'
    await ramenRewrites(hands, truth)
    return 'Ramen writes its configuration anew, without our profiles'
  },
}

/** By hand, beside whatever of ours is in it. */
const edit: Action = {
  name: 'edit Ramen text',
  weight: 2,
  async run({ hands, truth }, random) {
    const text = ramenTextOf(hands)
    if (text === undefined || truth.ramenText === undefined || isUnreadable(text)) return undefined
    const n = random.below(100)
    const change = random.oneOf(
      (old: string) => `# note ${n}\n${old}`,
      (old: string) => `${old}extra${n}: {a: 1, b: [x, y]}   # odd\n`,
      (old: string) => `${old}\n\n# the end ${n}\n`,
    )
    const config = ramenConfigOf(hands)
    const body = {
      metadata: { resourceVersion: config?.metadata.resourceVersion },
      data: { [contract.ramen.configKey]: change(text) },
    }
    if (!(await hands.patch(kinds.ConfigMap, ramenKey, body))) return undefined
    truth.ramenText = change(truth.ramenText)
    return `edit Ramen's configuration (${n})`
  },
}

/** No YAML at all. */
export const isUnreadable = (text: string): boolean => text.startsWith('a: [')

const spoil: Action = {
  name: 'spoil Ramen text',
  weight: 1,
  async run({ hands, truth }) {
    if (ramenTextOf(hands) === undefined) return undefined
    truth.ramenText = 'a: [\n'
    await ramenRewrites(hands, truth)
    return "Ramen's configuration is no YAML any more"
  },
}

const remove: Action = {
  name: 'delete Ramen config',
  weight: 0.7,
  async run({ hands, truth }) {
    if (!(await hands.remove(kinds.ConfigMap, ramenKey))) return undefined
    truth.ramenText = undefined
    return "delete Ramen's configuration"
  },
}

const otherKey: Action = {
  name: 'another key in Ramen config',
  weight: 0.5,
  async run({ hands }, random) {
    if (ramenConfigOf(hands) === undefined) return undefined
    await hands.patch(kinds.ConfigMap, ramenKey, { data: { other: String(random.below(9)) } })
    return "another key in the ConfigMap of Ramen's configuration"
  },
}

/** Only profiles that are there: newer Ramen refuses none. */
const userDRCluster: Action = {
  name: 'DRCluster of a user',
  weight: 1.5,
  async run({ hands, truth }, random) {
    const name = random.pick(truth.spokes)?.name ?? ''
    const object: DRCluster = {
      metadata: { name, annotations: { [`${usersPrefix}own`]: 'yes' } },
      spec: { region: 'by-hand', s3ProfileName: 'theirs', clusterFence: 'Unfenced' },
    }
    if (!(await hands.create(kinds.DRCluster, object))) return undefined
    const live = hands.find(kinds.DRCluster, { name })
    if (live !== undefined) truth.users.set(objectText(kinds.DRCluster, { name }), live)
    return `a user makes DRCluster ${name}`
  },
}

/** What a user adds to a profile of ours is the user's, as long as the profile is there. */
const extraKey: Action = {
  name: 'extra key in our profile',
  weight: 1.5,
  async run(world, random) {
    const { hands } = world
    const text = ramenTextOf(hands)
    const secret = random.pick(ourEntries(hands))
    const config = ramenConfigOf(hands)
    if (text === undefined || secret === undefined || isUnreadable(text)) return undefined
    const extra = `caCertificates: b3du${random.below(100)}`
    const line = new RegExp(`^( *)s3SecretRef:\\n( *)name: ${secret}$(?!\\n\\1caCertificates:)`, 'm')
    // A key that is there already, nobody adds: twice it would be no YAML.
    if (!line.test(text)) return undefined
    const edited = text.replace(line, (found, indent: string) => `${found}\n${indent}${extra}`)
    const body = {
      metadata: { resourceVersion: config?.metadata.resourceVersion },
      data: { [contract.ramen.configKey]: edited },
    }
    if (!(await hands.patch(kinds.ConfigMap, ramenKey, body))) return undefined
    await world.pass(1_000)
    const after = ramenTextOf(hands) ?? ''
    if (after.includes(secret) && !after.includes(extra))
      world.complaints.push(`${extra} of a user in the profile with ${secret} is lost:\n${after}`)
    return `a user adds ${extra} to the profile with ${secret}`
  },
}

const policy: Action = {
  name: 'DRPolicy',
  weight: 1.5,
  async run({ hands, truth }, random) {
    const name = `policy-${random.below(3)}`
    if (await hands.remove(kinds.DRPolicy, { name })) {
      truth.users.delete(objectText(kinds.DRPolicy, { name }))
      return `delete DRPolicy ${name}`
    }
    const one = random.pick(truth.spokes)?.name ?? ''
    const two = random.pick(truth.spokes)?.name ?? ''
    const object = { metadata: { name }, spec: { schedulingInterval: '5m', drClusters: [one, two] } }
    if (!(await hands.create(kinds.DRPolicy, object))) return undefined
    const live = hands.find(kinds.DRPolicy, { name })
    if (live !== undefined) truth.users.set(objectText(kinds.DRPolicy, { name }), live)
    return `DRPolicy ${name} of ${one} and ${two}`
  },
}

export const ramenActions: readonly Action[] = [
  rewrite,
  edit,
  spoil,
  remove,
  otherKey,
  userDRCluster,
  extraKey,
  policy,
]
