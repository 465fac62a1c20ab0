import { setFlagsFromString } from 'node:v8'

// An agent does little, and little of that often: what compilers make of its program, and need for it, is a tenth of the
// memory of a process and saves no time that anybody would notice (docs/decisions/0014). Before anything else is loaded.
for (const compiler of ['sparkplug', 'maglev', 'turbofan']) setFlagsFromString(`--no-${compiler}`)
