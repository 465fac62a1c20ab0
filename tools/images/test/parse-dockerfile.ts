/** A line of a Dockerfile, with the lines that go on with it: `COPY --from=build /a /b`. */
export interface Instruction {
  readonly name: string
  /** `from` → `build`; the last of each name. */
  readonly flags: Readonly<Record<string, string>>
  /** What comes after the flags, blanks between words made one. */
  readonly text: string
}

/** From one `FROM` to the next. */
export interface Stage {
  readonly base: Instruction
  /** By which others refer to it. */
  readonly name: string | undefined
  readonly instructions: readonly Instruction[]
}

export interface Dockerfile {
  /** `ARG`s before the first stage, by name. */
  readonly args: Readonly<Record<string, string>>
  readonly stages: readonly Stage[]
}

/** Reads a Dockerfile; throws at what is no instruction that it knows. */
export const parseDockerfile = (text: string): Dockerfile => {
  const args: Record<string, string> = {}
  const stages: { base: Instruction; name: string | undefined; instructions: Instruction[] }[] = []
  for (const line of linesOf(text)) {
    const instruction = parseInstruction(line)
    const stage = stages.at(-1)
    if (instruction.name === 'FROM') {
      const [base = '', as, name] = instruction.text.split(' ')
      if (as !== undefined && as !== 'AS') throw new Error(`expected FROM … AS …, found ${line}`)
      stages.push({ base: { ...instruction, text: base }, name, instructions: [] })
    } else if (stage !== undefined) stage.instructions.push(instruction)
    else if (instruction.name === 'ARG') {
      const [name = '', value = ''] = instruction.text.split('=')
      args[name] = value
    } else throw new Error(`only ARG may stand before FROM, found ${line}`)
  }
  return { args, stages }
}

const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')

const known = new Set(['ARG', 'COPY', 'ENTRYPOINT', 'FROM', 'LABEL', 'RUN', 'USER', 'WORKDIR'])

const parseInstruction = (line: string): Instruction => {
  const words = line.split(/ +/)
  const name = words.shift() ?? ''
  if (!known.has(name)) throw new Error(`${name} is no instruction that these Dockerfiles have: ${line}`)
  const flags: Record<string, string> = {}
  while (words[0]?.startsWith('--') === true) {
    const [, flag = '', value = ''] = /^--([^=]+)=(.*)$/.exec(words.shift() ?? '') ?? []
    flags[flag] = value
  }
  return { name, flags, text: words.join(' ') }
}
