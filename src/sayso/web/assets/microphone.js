// The microphone as blocks of 16-bit samples, mono, at 16 kHz.

export const SAMPLE_RATE = 16000; // Hz; a context of this rate makes the browser resample

/** Why there is no sound, in a sentence to show. */
export class MicrophoneError extends Error {}

export class Microphone {
  /**
   * Asks for the microphone and starts. Call it from a click: browsers let no sound run before one.
   * All that are open share one device: some browsers mute the first for a second one.
   *
   * @param {(block: Int16Array) => void} onBlock told of each 640 samples (40 ms).
   * @param {() => void} [onEnd] told when the microphone goes away by itself: unplugged, forbidden.
   * @returns {Promise<Microphone>}
   * @throws {MicrophoneError} with a sentence that says what to do.
   */
  static async open(onBlock, onEnd = () => {}) {
    const microphone = Object.assign(new Microphone(), { onBlock, onEnd });
    open.add(microphone);
    device ??= new Device();
    try {
      await device.started;
    } catch (error) {
      microphone.close();
      throw new MicrophoneError(sentence(error), { cause: error });
    }
    return microphone;
  }

  /** Ends the recording; with the last one the device is let go, so that its light goes out. */
  close() {
    if (!open.delete(this) || open.size) return;
    device.close();
    device = null;
  }
}

const open = new Set();
let device = null;

class Device {
  constructor() {
    this.started = this.#start();
  }

  async #start() {
    if (!navigator.mediaDevices) throw new DOMException("", "SecurityError");
    // What calls are cleaned up with also bends the words; automatic gain helps a quiet voice.
    const audio = { channelCount: 1, echoCancellation: false, noiseSuppression: false };
    this.stream = await navigator.mediaDevices.getUserMedia({ audio });
    if (this.closed) {
      this.close();
      return;
    }
    this.stream.getAudioTracks()[0].addEventListener("ended", () => {
      const all = [...open];
      for (const microphone of all) microphone.close();
      for (const microphone of all) microphone.onEnd();
    });
    this.context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: "interactive" });
    await this.context.audioWorklet.addModule(new URL("capture.js", import.meta.url)).catch(() => {
      throw new DOMException("", "NetworkError");
    });
    await this.context.resume();
    const source = this.context.createMediaStreamSource(this.stream);
    const capture = new AudioWorkletNode(this.context, "capture", { numberOfOutputs: 0 });
    capture.port.onmessage = ({ data }) => {
      if (!this.closed) for (const microphone of open) microphone.onBlock(data);
    };
    source.connect(capture);
  }

  close() {
    this.closed = true;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    if (this.context && this.context.state !== "closed") this.context.close();
  }
}

function sentence({ name, message }) {
  return {
    NotAllowedError: "The microphone is not allowed here: allow it in the browser's address bar.",
    NotFoundError: "There is no microphone: plug one in.",
    NotReadableError: "The microphone is in use or broken: close what else listens, or replug it.",
    SecurityError: "Browsers give the microphone only to localhost and to https pages.",
    NetworkError: "The server is gone: start it again.",
    NotSupportedError: "This browser cannot resample the microphone: try another one.",
  }[name] ?? `The microphone does not start: ${message || name}.`;
}
