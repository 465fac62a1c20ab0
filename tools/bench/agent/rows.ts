import { isRead, isWrite, total } from '../hub/one-run.ts'
import { atMost, beside, middle, type Row } from '../row.ts'
import type { Beside, Figures } from './measured.ts'
import type { ManyAtOnce } from './one-run.ts'
import { original } from './original.ts'

const mb = 1e6 / 2 ** 20
/** As the bars say it: in MB, which are a little less than MiB. */
const bars = { idleMiB: 90 * mb, moreMiB: 3 * mb, firstCopyMs: 800, rotatedMs: 45, exchangedSeconds: 5 }

const told = (name: string, value: number, unit: string): Row => ({ name, value, unit, holds: true })

/** The rows of one provider. Bars are those of a real control plane. */
export const rowsOf = (figures: Figures): readonly Row[] => {
  const { provider, exchange, idle, quiet, rotation, many } = figures
  const isReal = provider === 'control-plane'
  const where = `agent${isReal ? ' real' : ''}: `
  const besideOriginal = (name: string, value: number, unit: string, other: number, bar?: number): Row => {
    const row = beside({ name: `${where}${name}`, value, unit, other: { name: 'original', value: other } })
    return bar === undefined || !isReal ? row : { ...row, bar, holds: value <= bar }
  }
  const ofRest = Object.values(quiet.requests).flatMap((counts) =>
    Object.entries(counts).filter(([what]) => !isSignOfLife(what)),
  )
  return [
    besideOriginal(
      'a fresh MirrorPeer is exchanged after',
      exchange.exchangedMs / 1000,
      's',
      original.exchangedSeconds,
      bars.exchangedSeconds,
    ),
    told(`${where}requests from MirrorPeer to done, with its start`, total(figures.exchangeRequests), ''),
    told(`${where}start to synced`, middle(figures.inSyncMs), 'ms'),
    besideOriginal(
      'start to the first green copy',
      middle(figures.firstCopyMs),
      'ms',
      original.firstCopyMs,
      bars.firstCopyMs,
    ),
    besideOriginal(
      'start to the first green copy, nothing compiled before',
      middle(figures.firstCopyColdMs),
      'ms',
      original.firstCopyMs,
      bars.firstCopyMs,
    ),
    told(`${where}CPU of a start and ten seconds`, figures.startCpuSeconds, 's'),
    besideOriginal('resident when idle', middle(idle), 'MiB', original.idleMiB, bars.idleMiB),
    ...besideSecrets(figures, 'elsewhere', figures.elsewhere, where),
    ...besideSecrets(figures, "in the StorageCluster's namespace", figures.sameNamespace, where),
    told(`${where}resident with ${many.mirrorPeers} more MirrorPeers`, many.residentMiB, 'MiB'),
    told(`${where}resident with ${many.mirrorPeers} more MirrorPeers, restarted`, many.restartedMiB, 'MiB'),
    ...manyRows(`${where}${many.mirrorPeers} MirrorPeers made`, many.mirrorPeers, many.made),
    ...manyRows(`${where}${many.mirrorPeers} MirrorPeers deleted`, many.mirrorPeers, many.gone),
    told(
      `${where}requests a minute when quiet, of one agent`,
      (total(quiet.requests['cluster1 hub'] ?? {}) + total(quiet.requests['cluster1 spoke'] ?? {})) /
        quiet.minutes,
      '',
    ),
    atMost(
      `${where}of that, of both, no lock and no lease`,
      ofRest.reduce((sum, [, count]) => sum + count, 0),
      0,
      '',
    ),
    besideOriginal(
      'a rotated key is on the other spoke after',
      middle(rotation.ms),
      'ms',
      original.rotatedMs,
      bars.rotatedMs,
    ),
    told(`${where}a write that nobody acts on is seen after`, middle(rotation.bareMs), 'ms'),
    // A rotated key is four such writes, one after the other, and our three processes between them.
    told(`${where}of a rotated key is our own`, middle(rotation.ms) - 4 * middle(rotation.bareMs), 'ms'),
  ]
}

/** The locks are a Lease, and a ConfigMap for agents of the original; while both are held nothing else writes one. */
const isSignOfLife = (what: string): boolean =>
  what.endsWith(' leases.coordination.k8s.io') || what === 'update configmaps'

const manyRows = (what: string, count: number, { ms, requests }: ManyAtOnce): readonly Row[] => [
  told(`${what} together`, ms / 1000, 's'),
  told(`${what}: reads of each`, total(requests, isRead) / count, ''),
  told(`${what}: writes of each`, total(requests, isWrite) / count, ''),
]

const besideSecrets = (
  { provider, idle }: Figures,
  place: string,
  all: readonly Beside[],
  where: string,
): readonly Row[] =>
  all.flatMap(({ secrets, meanwhile, restarted }) => {
    const beside = `beside ${secrets.toLocaleString('en')} secrets ${place}`
    const more = (value: number): Row => {
      const name = `${where}more than idle ${beside}`
      const row = told(name, value - middle(idle), 'MiB')
      return provider === 'control-plane'
        ? { ...row, bar: bars.moreMiB, holds: row.value <= bars.moreMiB }
        : row
    }
    const theirs = original.beside[secrets]
    const row = (name: string, value: number, other: number | undefined): Row =>
      other === undefined ? told(`${where}${name}`, value, 'MiB') : besideRow(`${where}${name}`, value, other)
    return [
      row(`resident ${beside}`, meanwhile, theirs?.meanwhileMiB),
      row(`resident ${beside}, restarted`, restarted, theirs?.restartedMiB),
      { ...more(meanwhile) },
      { ...more(restarted), name: `${where}more than idle ${beside}, restarted` },
    ]
  })

const besideRow = (name: string, value: number, other: number): Row =>
  beside({ name, value, unit: 'MiB', other: { name: 'original', value: other } })
