// Brings all transitions to their end. `settle` runs in the page; it needs scripts.

/* global document, requestAnimationFrame */

export async function settle() {
  // The end of one may begin another, where colours are inherited; so it is over when a frame passes without any.
  for (let frame = 0; frame < 60; frame++) {
    const running = document.getAnimations();
    running.forEach((animation) => animation.finish());
    await new Promise((resolve) => requestAnimationFrame(resolve));
    if (frame > 0 && running.length === 0) return;
  }
}
