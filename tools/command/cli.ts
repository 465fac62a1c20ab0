import { Command, CommanderError } from 'commander'

/** Exit code for arguments that cannot be understood; nothing has been started then. */
export const exitUsage = 2

/** A command of `npm run`: an unknown option or argument prints what is wrong and the help on stderr, exit 2. */
export function cli(name: string, description: string): Command {
  return new Command(`npm run ${name} --`)
    .description(description)
    .showHelpAfterError()
    .allowExcessArguments(false)
    .exitOverride((error: CommanderError) => {
      process.exit(error.exitCode === 0 ? 0 : exitUsage)
    })
}
