import type { LoggedWrite } from '../service-program.ts'
import type { AllFigures } from './measured.ts'

/** What was written of what, and what for: the rule that wanted it, with the fields it set. */
export const writesTable = ({ sizes, withoutS3 }: AllFigures): string =>
  [
    ...sizes.map(({ provider, mirrorPeers, exchanges }) => ({
      title: `${mirrorPeers} MirrorPeers with manageS3, ${provider}`,
      mirrorPeers,
      writes: exchanges[0]?.writes ?? [],
    })),
    ...(withoutS3 === undefined
      ? []
      : [
          {
            title: `${withoutS3.mirrorPeers} MirrorPeers without manageS3`,
            mirrorPeers: withoutS3.mirrorPeers,
            writes: withoutS3.exchange.writes,
          },
        ]),
  ]
    .map(({ title, mirrorPeers, writes }) => {
      const lines = grouped(writes).map(
        ({ count, write, why }) =>
          `${(count / mirrorPeers).toFixed(2).padStart(7)}  ${write.padEnd(44)}  ${why}`,
      )
      const all = (writes.length / mirrorPeers).toFixed(2).padStart(7)
      return `${title}: writes per MirrorPeer\n${lines.join('\n')}\n${all}  in all`
    })
    .join('\n\n')

const grouped = (
  writes: readonly LoggedWrite[],
): readonly { readonly count: number; readonly write: string; readonly why: string }[] => {
  const groups = new Map<string, { count: number; write: string; why: string }>()
  for (const { msg, derived, subresource, paths = [] } of writes) {
    const write = `${msg}${subresource === undefined ? '' : `/${subresource}`}`
    const why = paths.length === 0 ? derived : `${derived}: ${shortened(paths)}`
    const id = `${write} ${why}`
    const group = groups.get(id) ?? { count: 0, write, why }
    group.count += 1
    groups.set(id, group)
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count)
}

const mostPaths = 4

const shortened = (paths: readonly string[]): string =>
  paths.length <= mostPaths
    ? paths.join(', ')
    : `${paths.slice(0, mostPaths).join(', ')} and ${paths.length - mostPaths} more`
