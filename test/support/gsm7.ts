const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION = "\f^{}\\[~]|€";

/**
 * How many septets a text takes in the GSM 03.38 alphabet; throws where it has no such letter.
 * Source: 3GPP TS 23.038, 6.2.1
 */
export function countGsm7Septets(text: string): number {
  let septets = 0;
  for (const letter of text) {
    if (BASIC.includes(letter)) septets += 1;
    else if (EXTENSION.includes(letter)) septets += 2;
    else throw new Error(`GSM-7 has no ${JSON.stringify(letter)}`);
  }
  return septets;
}
