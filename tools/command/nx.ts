/** nx as a plain program: no daemon that stays behind, no full-screen display. */
export const nxEnvironment: NodeJS.ProcessEnv = { NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true' }
