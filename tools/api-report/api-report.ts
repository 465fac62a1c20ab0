import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
} from '@microsoft/api-extractor'
import { UserError } from '../command/user-error.ts'

/** One entry of a library: what a user can import under one name. */
export interface ApiEntry {
  /** Where its package.json is; like all of these from the repository's root. */
  readonly folder: string
  /** The built `.d.ts` of the entry. */
  readonly types: string
  /** The reviewed report. */
  readonly report: string
}

export interface ApiReport {
  /** Signatures of everything that is exported, as Markdown. */
  readonly text: string
  /** Exports without a docstring. (Types that a signature names and nobody can import are warnings in the text.) */
  readonly problems: readonly string[]
}

/** Of the compiler that api-extractor brings to read declarations: 7 has no interface for that. */
const compilerOptions = {
  target: 'es2022',
  lib: ['es2023'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  types: ['node'],
}

const quiet = { logLevel: ExtractorLogLevel.None }
const told = { logLevel: ExtractorLogLevel.Warning }

/** Reads the declarations of an entry. Throws when they cannot be compiled or are not there. */
export function apiReport(root: string, entry: ApiEntry): ApiReport {
  const folder = path.join(root, entry.folder)
  const types = path.join(root, entry.types)
  const fileName = path.basename(entry.report)
  if (!existsSync(types)) throw new UserError(`${entry.types} is not there: npm run build makes it`)
  const output = mkdtempSync(path.join(tmpdir(), 'odfmo-api-'))
  const problems: string[] = []
  const failures: string[] = []
  try {
    const config = ExtractorConfig.prepare({
      packageJsonFullPath: path.join(folder, 'package.json'),
      configObjectFullPath: undefined,
      configObject: {
        projectFolder: folder,
        mainEntryPointFilePath: types,
        newlineKind: 'lf',
        compiler: { overrideTsconfig: { compilerOptions, include: [types] } },
        apiReport: {
          enabled: true,
          reportFolder: output,
          reportTempFolder: output,
          reportFileName: fileName,
        },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        messages: {
          compilerMessageReporting: { default: told },
          extractorMessageReporting: {
            default: quiet,
            'ae-forgotten-export': { ...told, addToApiReportFile: true },
            'ae-undocumented': told,
          },
          tsdocMessageReporting: { default: quiet },
        },
      },
    })
    Extractor.invoke(config, {
      localBuild: true,
      messageCallback(message) {
        message.handled = true
        if (message.category === 'Compiler') failures.push(message.text)
        else if (isProblem(message)) problems.push(problemText(root, message))
      },
    })
    if (failures.length > 0) throw new Error(`${entry.types}: ${failures.join('; ')}`)
    return { text: readFileSync(path.join(output, fileName), 'utf8'), problems: problems.sort() }
  } finally {
    rmSync(output, { recursive: true, force: true })
  }
}

/** Of members only what their name and type leave open is to be said; that is a reader's judgement. */
function isProblem({ messageId, sourceFilePath, sourceFileLine }: ExtractorMessage): boolean {
  if (messageId !== 'ae-undocumented' || sourceFilePath === undefined) return false
  const line = readFileSync(sourceFilePath, 'utf8').split('\n')[(sourceFileLine ?? 1) - 1] ?? ''
  return /^(export|declare)\b/.test(line)
}

function problemText(root: string, { text, sourceFilePath, sourceFileLine }: ExtractorMessage): string {
  const file = sourceFilePath === undefined ? '' : path.relative(root, sourceFilePath)
  return `${file}:${sourceFileLine ?? 0}: ${text}`
}
