import type { Bundle } from './bundled-packages.ts'

const rule = `\n${'-'.repeat(100)}\n\n`

/**
 * The licences of all packages in a bundle, with their texts, as these ask whoever passes the bundle on. Our own packages
 * (`@odfmo/`) are left out.
 */
export const thirdPartyNotices = ({ packages, remarks }: Pick<Bundle, 'packages' | 'remarks'>): string => {
  const entries = packages
    .filter(({ name }) => !name.startsWith('@odfmo/'))
    .map(({ name, version, licence, licenceTexts }) => {
      const texts = licenceTexts.map(({ text }) => `\n${text.trim()}\n`)
      return `${name} ${version}, ${licence}\n${texts.join('') || '\nIt comes without a text of its licence.\n'}`
    })
  return [
    'This program contains what follows, each under its own licence.\n',
    ...entries,
    ...noted(remarks),
  ].join(rule)
}

const noted = (remarks: string): readonly string[] =>
  remarks === '' ? [] : [`In single files of these:\n\n${remarks.trim()}\n`]
