import { contract } from '../contract.ts'
import type { DefaultedMirrorPeerSpec, PeerRef } from '../kinds/mirror-peer.ts'
import { spokeFinalizer } from '../spoke-finalizer.ts'
import { jsonPath, shown, type MirrorPeerWarning } from './problem.ts'

const minutesPerYear = 366 * 24 * 60
const minutesPer: Readonly<Record<string, number>> = { m: 1, h: 60, d: 24 * 60 }

/** What is allowed in a valid spec, but probably a mistake. */
export const specWarnings = ({
  items,
  schedulingIntervals,
}: Pick<DefaultedMirrorPeerSpec, 'items' | 'schedulingIntervals'>): readonly MirrorPeerWarning[] => {
  const again = isEarlierIn(schedulingIntervals)
  return [
    ...items.flatMap(itemWarnings),
    ...profileWarnings(items),
    ...schedulingIntervals.flatMap((interval, i) => intervalWarnings(interval, i, again[i] === true)),
  ]
}

/** For each text whether it is in the list before. */
const isEarlierIn = (texts: readonly string[]): readonly boolean[] => {
  const seen = new Set<string>()
  return texts.map((text) => seen.size === seen.add(text).size)
}

const itemWarnings = (
  { clusterName, storageClusterRef }: PeerRef,
  i: number,
): readonly MirrorPeerWarning[] => {
  const path = ['spec', 'items', i] as const
  const { name, namespace } = storageClusterRef
  return [
    // The cluster's namespace on the hub has its name.
    ...nameWarnings([...path, 'clusterName'], clusterName, label, 'managed cluster'),
    ...nameWarnings([...path, 'storageClusterRef', 'name'], name, subdomain, 'StorageCluster'),
    ...nameWarnings([...path, 'storageClusterRef', 'namespace'], namespace, label, 'namespace'),
    ...finalizerWarnings([...path, 'clusterName'], clusterName),
  ]
}

interface KindOfName {
  readonly isOne: (name: string) => boolean
  readonly madeOf: string
}

const label: KindOfName = {
  isOne: (name) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name),
  madeOf: 'at most 63 lower case letters, digits and dashes',
}

const subdomain: KindOfName = {
  isOne: (name) =>
    name.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name),
  madeOf: 'at most 253 lower case letters, digits, dashes and dots',
}

const nameWarnings = (
  path: readonly PropertyKey[],
  name: string,
  { isOne, madeOf }: KindOfName,
  what: string,
): readonly MirrorPeerWarning[] =>
  isOne(name)
    ? []
    : [
        {
          path: jsonPath(path),
          code: 'ImpossibleName',
          message: `no ${what} can be called ${shown(name)}: names are ${madeOf}, a letter or digit first and last (RFC 1123)`,
        },
      ]

const finalizerWarnings = (
  path: readonly PropertyKey[],
  clusterName: string,
): readonly MirrorPeerWarning[] => {
  const finalizer = spokeFinalizer(clusterName)
  return finalizer === clusterName + contract.finalizer.spokeSuffix
    ? []
    : [
        {
          path: jsonPath(path),
          code: 'ShortenedFinalizer',
          message: `the name is too long for a finalizer; the agent uses ${finalizer}, and one of the original shares its own with others that begin alike`,
        },
      ]
}

/** Two different refs may still have one profile in Ramen's config: `a-b`,`c` and `a`,`b-c`. */
const profileWarnings = (items: readonly PeerRef[]): readonly MirrorPeerWarning[] => {
  const profile = ({ clusterName, storageClusterRef }: PeerRef): string =>
    `${clusterName}-${storageClusterRef.name}`
  const again = isEarlierIn(items.map(profile))
  return items.flatMap((item, i) =>
    again[i] === true
      ? [
          {
            path: jsonPath(['spec', 'items', i]),
            code: 'SameProfileName' as const,
            message: `both items have the S3 profile ${contract.prefix.s3Profile}${profile(item)}: only one can be in the config of Ramen`,
          },
        ]
      : [],
  )
}

const intervalWarnings = (interval: string, i: number, isAgain: boolean): readonly MirrorPeerWarning[] => {
  const path = jsonPath(['spec', 'schedulingIntervals', i])
  const minutes = Number(interval.slice(0, -1)) * (minutesPer[interval.slice(-1)] ?? 0)
  const warnings: MirrorPeerWarning[] = []
  if (minutes === 0) {
    warnings.push({
      path,
      code: 'ZeroInterval',
      message: `${shown(interval)} is no time at all: nothing is scheduled by it`,
    })
  }
  if (minutes > minutesPerYear) {
    warnings.push({ path, code: 'LongInterval', message: `${shown(interval)} is more than a year` })
  }
  if (isAgain) {
    warnings.push({
      path,
      code: 'DuplicateInterval',
      message: `${shown(interval)} is there twice: once is enough`,
    })
  }
  return warnings
}
