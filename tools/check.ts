import { cli } from './command/cli.ts'
import { runProgram } from './command/run-program.ts'

const steps = ['typecheck', 'lint', 'test', 'build', 'packages'] as const

cli('check', `Runs everything that a change must pass: ${steps.join(', ')}.`)
  .action(async () => {
    for (const step of steps) {
      process.stderr.write(`\n› ${step}\n`)
      const code = await runProgram(process.execPath, ['tools/launch.mjs', step])
      if (code !== 0) {
        process.stderr.write(`\n${step} failed; run it alone with: npm run ${step}\n`)
        process.exitCode = code
        return
      }
    }
  })
  .parse()
