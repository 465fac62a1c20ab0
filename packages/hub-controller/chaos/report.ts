import type { SeedResult } from './run-seed.ts'

interface CommandSetting {
  readonly steps: number
  readonly clusters: number | undefined
  /** Of the hub alone when left out. */
  readonly world?: string
}

/** What runs a history again. */
export const commandOf = (
  { seed, done }: Pick<SeedResult, 'seed' | 'done'>,
  { steps, clusters, world = 'hub' }: CommandSetting,
  isWhole = true,
): string =>
  [
    `npm run chaos -- ${world === 'hub' ? '' : `--world ${world} `}--seed ${seed} --steps ${steps}`,
    ...(clusters === undefined ? [] : [`--clusters ${clusters}`]),
    ...(isWhole ? [] : [`--only ${done.map(({ number }) => number).join(',')}`]),
  ].join(' ')

/** For people: the seed, the steps, what is wrong, and how to see it again. */
export const failureText = ({ seed, done, wrong }: SeedResult, command: string): string =>
  [
    `seed ${seed}:`,
    ...done.map(({ number, text }) => `  ${number}. ${text}`),
    'is wrong:',
    ...wrong.map((text) => `  ${text.replaceAll('\n', '\n  ')}`),
    `again: ${command}`,
  ].join('\n')
