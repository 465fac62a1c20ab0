import { stringify } from 'yaml'

/** A file below `deploy/`. */
export interface GeneratedFile {
  /** From the repository's root. */
  readonly file: string
  readonly text: string
}

const yaml = (document: object): string => stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 })

/** Documents as one file, with a word on what it was made from; fields stand in the order in which they were written. */
export const yamlFile = (file: string, source: string, documents: readonly object[]): GeneratedFile => ({
  file: `deploy/${file}`,
  text: [made(source), ...documents.map((document) => `---\n${yaml(document)}`)].join(''),
})

/** Lines of a format of their own, in which `#` begins a comment. */
export const textFile = (file: string, source: string, lines: readonly string[]): GeneratedFile => ({
  file: `deploy/${file}`,
  text: `${[made(source), ...lines].join('\n')}\n`,
})

/** The first document begins without `---`, as for readers that read one document and no more. */
export const documentsFile = (file: string, source: string, documents: readonly object[]): GeneratedFile => ({
  file: `deploy/${file}`,
  text: `${made(source)}${documents.map(yaml).join('---\n')}`,
})

const made = (source: string): string => `# Made by npm run generate from ${source}. Do not edit.\n`
