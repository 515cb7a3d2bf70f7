/** What can be done to a picture. Each filter is a generator that yields now and then how far it is, from 0 to 1. */

const STEPS = 8;

/** A filter that looks at one pixel at a time. */
function pixelwise(change) {
  return function* (picture) {
    const { width, height, data } = picture.bitmap;
    for (let step = 1, i = 0; step <= STEPS; step++) {
      for (const end = Math.round((height * step) / STEPS) * width * 4; i < end; i += 4) {
        const [red, green, blue] = change(data[i], data[i + 1], data[i + 2]);
        data[i] = Math.min(255, red);
        data[i + 1] = Math.min(255, green);
        data[i + 2] = Math.min(255, blue);
      }
      yield step / STEPS;
    }
  };
}

/** How bright a pixel is, from 0 to 255. */
function luminance(red, green, blue) {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/** From one colour to another, by brightness. */
function duotone(dark, light) {
  return pixelwise((...pixel) => {
    const part = luminance(...pixel) / 255;
    return dark.map((from, i) => from + (light[i] - from) * part);
  });
}

/** Several passes, so that there is something to tell between them. */
function* blur(picture) {
  for (const part of [0.25, 0.5, 0.75, 1]) {
    picture.blur(5);
    yield part;
  }
}

export const filters = {
  grey: pixelwise((...pixel) => Array(3).fill(luminance(...pixel))),
  sepia: pixelwise((r, g, b) => [
    0.393 * r + 0.769 * g + 0.189 * b,
    0.349 * r + 0.686 * g + 0.168 * b,
    0.272 * r + 0.534 * g + 0.131 * b,
  ]),
  invert: pixelwise((...pixel) => pixel.map((colour) => 255 - colour)),
  duotone: duotone([38, 16, 92], [255, 196, 120]),
  poster: pixelwise((...pixel) => pixel.map((colour) => Math.round(colour / 85) * 85)),
  blur,
};
