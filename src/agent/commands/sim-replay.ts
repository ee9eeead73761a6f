// `hearsay sim replay FILE`: feeds what `hearsay agent --record FILE` wrote down to a core of
// the same options and seed, and holds the turns its rows take against those recorded.

import { type Config, Core, Random } from '../../core/index.ts'
import { configOf, parseRecording, type Recording } from '../../host/index.ts'
import { NodeCipher } from '../../node/index.ts'
import { type Replay, replay } from '../../sim/index.ts'
import { type CommandContext, type RunCommand, textFlag } from '../command.ts'
import { CommandError, type Exit, exits, reasonOf } from '../contract.ts'
import { readKeys } from '../settings/settings.ts'
import { readRecording } from '../sim/recording-text.ts'
import { visible } from '../terminal/text.ts'
import { durationText } from '../terminal/time.ts'

const NONCE_BYTES = 12

/** Exit 0 if the replay takes the recorded turns, 1 if others, 2 if there is nothing to replay. */
export const simReplay: RunCommand = async (context) => {
  const [path = ''] = context.arguments
  const { recording, config } = readIn(path, context)
  const core = new Core(config, {
    random: new Random(recording.seed),
    cipher: new NodeCipher(),
    // Nonces change the bytes that are sent, but no turn.
    nonce: () => new Uint8Array(NONCE_BYTES),
  })
  if (recording.isCut) {
    context.print.talk(`${visible(path)}: cut short, as by a crash; the last input is left out`)
  }
  return tell(play(core, recording, path), config.name, context)
}

function play(core: Core, recording: Recording, path: string): Replay {
  try {
    return replay(core, core.config.name, recording.steps)
  } catch (error) {
    const hint = 'if nobody changed the recording, that is a mistake of ours: please report it'
    throw new CommandError(
      exits.usage,
      `${visible(path)}: ${visible(reasonOf(error))}`,
      hint,
      error,
    )
  }
}

function readIn(
  path: string,
  context: CommandContext,
): { readonly recording: Recording; readonly config: Config } {
  try {
    const recording = parseRecording(readRecording(path))
    return { recording, config: configOf(recording, keysOf(context)) }
  } catch (error) {
    if (error instanceof CommandError) throw error
    const reason = reasonOf(error)
    const hint = reason.includes('keys') ? 'with --keyring-file' : undefined
    throw new CommandError(exits.usage, `${visible(path)}: ${reason}`, hint, error)
  }
}

function keysOf({ flags, io }: CommandContext): readonly Uint8Array[] {
  const file = textFlag(flags, 'keyringFile')
  if (file === undefined) return []
  return readKeys(file, io.platform).map((key) => new Uint8Array(Buffer.from(key, 'base64')))
}

function tell(done: Replay, name: string, { print, flags }: CommandContext): Exit {
  const { lines, ...figures } = done
  const { inputs, turns, spanMs, hash, difference } = figures
  print.answer({
    kind: 'Replay',
    body: { name, same: difference === undefined, ...figures },
    items: { kind: 'Turn', rows: lines.map((turn) => ({ turn })) },
    text: () => {
      if (flags.turns === true) for (const line of lines) print.line(visible(line))
      if (difference !== undefined) {
        print.line(`recorded  ${visible(difference.recorded)}`)
        print.line(`replayed  ${visible(difference.replayed)}`)
      }
      const verdict = difference === undefined ? 'the same as recorded' : 'not as recorded'
      const life = `${inputs} inputs in ${durationText(Math.round(spanMs))} of ${name}`
      print.line(`${life}: ${turns} turns, ${verdict} (${hash})`)
    },
  })
  return difference === undefined ? exits.done : exits.failed
}
