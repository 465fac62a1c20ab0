import { atLeast, atMost, beside, middle, type Row } from '../row.ts'
import type { AllFigures, Figures } from './measured.ts'
import { isRead, isWrite, total, type Exchange } from './one-run.ts'
import { original, originalMs } from './original.ts'

/** The bars of a hub on a real control plane with so many MirrorPeers. */
const barred = 300
const seconds = (ms: number): number => ms / 1000
/** As the bar says it: within so much of the figure with the fewest MirrorPeers. */
const flat = 1.1

/** The rows of all sizes, and those that compare sizes. */
export const rowsOf = ({ sizes, withoutS3 }: AllFigures): readonly Row[] => [
  ...sizes.flatMap(rowsOfSize),
  ...['memory', 'control-plane'].flatMap((provider) =>
    flatRows(sizes.filter((figures) => figures.provider === provider)),
  ),
  ...(withoutS3 === undefined
    ? []
    : [
        atMost(
          `hub ${withoutS3.mirrorPeers}: writes per MirrorPeer without manageS3`,
          total(withoutS3.exchange.requests, isWrite) / withoutS3.mirrorPeers,
          25,
          '',
        ),
      ]),
]

const readsOf = ({ exchanges, mirrorPeers }: Figures): number =>
  middle(exchanges.map(({ requests }) => total(requests, isRead))) / mirrorPeers
const writesOf = ({ exchanges, mirrorPeers }: Figures): number =>
  middle(exchanges.map(({ requests }) => total(requests, isWrite))) / mirrorPeers

const told = (name: string, value: number, unit: string): Row => ({ name, value, unit, holds: true })

function rowsOfSize(figures: Figures): readonly Row[] {
  const { provider, mirrorPeers, exchanges, afterwards, quiet, removal } = figures
  const isReal = provider === 'control-plane'
  const isBarred = isReal && mirrorPeers === barred
  const where = `hub ${mirrorPeers}${isReal ? ' real' : ''}: `
  const of = (
    field: 'exchangedMs' | 'lastWriteMs' | 'cpuSeconds' | 'idleMiB' | 'peakMiB' | 'readyMs' | 'firstWriteMs',
  ) => middle(exchanges.map((exchange) => exchange[field]))
  const theirs = original[mirrorPeers]
  const besideOriginal = (name: string, value: number, unit: string, other?: number, bar?: number): Row => {
    const row =
      other === undefined
        ? told(`${where}${name}`, value, unit)
        : beside({ name: `${where}${name}`, value, unit, other: { name: 'original', value: other } })
    return bar === undefined ? row : { ...row, bar, holds: value <= bar }
  }
  return [
    besideOriginal(
      'all exchanged after',
      seconds(of('exchangedMs')),
      's',
      theirs?.exchangedSeconds,
      isBarred ? 15 : undefined,
    ),
    besideOriginal(
      'last write after',
      seconds(of('lastWriteMs')),
      's',
      theirs?.lastWriteSeconds,
      isBarred ? 25 : undefined,
    ),
    besideOriginal('CPU until then', of('cpuSeconds'), 's', theirs?.cpuSeconds, isBarred ? 15 : undefined),
    told(`${where}CPU per MirrorPeer`, (of('cpuSeconds') * 1000) / mirrorPeers, 'ms'),
    told(
      `${where}evaluations per MirrorPeer`,
      middle(exchanges.map((one) => one.evaluations)) / mirrorPeers,
      '',
    ),
    told(
      `${where}time of an evaluation`,
      middle(exchanges.map((one) => (one.evaluationSeconds * 1000) / one.evaluations)),
      'ms',
    ),
    besideOriginal(
      'requests until quiet',
      middle(exchanges.map(({ requests }) => total(requests))),
      '',
      theirs?.requests,
    ),
    told(`${where}reads per MirrorPeer`, readsOf(figures), ''),
    {
      ...atMost(`${where}writes per MirrorPeer`, writesOf(figures), 28, ''),
      ...oneBy(exchanges[0], mirrorPeers),
    },
    besideOriginal('resident when idle', of('idleMiB'), 'MiB', theirs?.idleMiB),
    besideOriginal('resident at its peak', of('peakMiB'), 'MiB', theirs?.peakMiB, isBarred ? 150 : undefined),
    told(`${where}resident when quiet, restarted`, quiet.residentMiB, 'MiB'),
    atLeast(
      `${where}S3 profiles`,
      Math.min(...exchanges.map(({ content }) => content.profiles)),
      2 * mirrorPeers,
      '',
    ),
    atLeast(
      `${where}agents with access to MirrorPeers`,
      Math.min(...exchanges.map(({ content }) => content.agents)),
      2 * mirrorPeers,
      '',
    ),
    besideOriginal('requests a minute when quiet', quiet.perMinute, '', theirs?.perMinuteQuiet, 15),
    atMost(`${where}of that no renewal of its lease`, total(quiet.others), 0, ''),
    besideOriginal('start to ready', of('readyMs'), 'ms', originalMs.ready),
    besideOriginal('first write on a MirrorPeer', of('firstWriteMs'), 'ms', originalMs.firstWrite),
    besideOriginal('a rotated key is green after', middle(afterwards.rotateMs), 'ms', originalMs.rotated, 15),
    told(`${where}a write that nobody acts on is seen after`, middle(afterwards.bareMs), 'ms'),
    // A rotated key is two such writes, one after the other, and the hub between them.
    told(
      `${where}of a rotated key is the hub's own`,
      middle(afterwards.rotateMs) - 2 * middle(afterwards.bareMs),
      'ms',
    ),
    besideOriginal('restart to in sync', seconds(afterwards.restartMs), 's', undefined, 10),
    atMost(`${where}writes after a restart`, afterwards.restartWrites, 0, ''),
    besideOriginal('requests after a restart', afterwards.restartRequests, '', theirs?.restartRequests),
    besideOriginal(
      'first write after a restart',
      seconds(afterwards.firstWriteAfterRestartMs),
      's',
      theirs?.firstWriteAfterRestartSeconds,
    ),
    told(`${where}all deleted after`, seconds(removal.goneMs), 's'),
    told(`${where}reads per deleted MirrorPeer`, total(removal.requests, isRead) / mirrorPeers, ''),
    told(`${where}writes per deleted MirrorPeer`, total(removal.requests, isWrite) / mirrorPeers, ''),
    told(`${where}CPU of the deletion`, removal.cpuSeconds, 's'),
    told(`${where}resident at its peak, with restart and deletion`, removal.peakMiB, 'MiB'),
  ]
}

/** Of which resources. */
const oneBy = (exchange: Exchange | undefined, mirrorPeers: number): { readonly against: string } => ({
  against: Object.entries(exchange?.requests ?? {})
    .filter(([what]) => isWrite(what))
    .toSorted(([, a], [, b]) => b - a)
    .map(([what, count]) => `${(count / mirrorPeers).toFixed(1)} ${shortName(what)}`)
    .join(', '),
})

/** `patch mirrorpeers/status` */
const shortName = (what: string): string => {
  const [verb = '', resource = ''] = what.split(' ')
  const [name = '', subresource] = resource.split('/')
  return `${verb} ${name.split('.')[0] ?? ''}${subresource === undefined ? '' : `/${subresource}`}`
}

/** The most beside the fewest MirrorPeers, of one provider. */
function flatRows(sizes: readonly Figures[]): readonly Row[] {
  const fewest = sizes.at(0)
  const most = sizes.at(-1)
  if (fewest === undefined || most === undefined || fewest === most) return []
  const where = most.provider === 'memory' ? 'hub' : 'hub real'
  const row = (what: string, of: (figures: Figures) => number): Row => {
    const name = `${where}: ${what} per MirrorPeer, ${most.mirrorPeers} beside ${fewest.mirrorPeers}`
    const other = { name: `${fewest.mirrorPeers} MirrorPeers`, value: of(fewest) }
    const value = of(most)
    // Nothing beside nothing has no ratio.
    return other.value === 0
      ? { ...told(name, value, ''), bar: 0, holds: value === 0 }
      : beside({ name, value, unit: '', other, times: flat })
  }
  return [
    row('reads', readsOf),
    row('writes', writesOf),
    row('reads of the deletion', ({ removal, mirrorPeers }) => total(removal.requests, isRead) / mirrorPeers),
  ]
}
