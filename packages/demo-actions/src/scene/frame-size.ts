/** The width of UCF-101's frames, in pixels. */
export const frameWidth = 320;

/** The height of UCF-101's frames, in pixels. */
export const frameHeight = 240;

/** How far the painted scene reaches beyond each side of the frame, so that the camera can move. */
export const bleed = 24;
