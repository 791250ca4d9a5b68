/** What the faces that speak English refuse in the same words; `refusal` puts them into the face's envelope. */
export function englishRefusals<Documented>(
  refusal: (description: string, code: string, message: string) => Documented,
) {
  return {
    401: refusal('No credential, or a bad one.', 'UNAUTHENTICATED', 'Send "Authorization: Bearer <token>".'),
    413: refusal('The body is too large.', 'PAYLOAD_TOO_LARGE', 'The body is too large.'),
    429: refusal('Too many requests; see Retry-After.', 'RATE_LIMITED', 'Too many requests: try again in 12 s.'),
    503: refusal(
      'Temporal or the database does not answer; nothing was stored.',
      'ENGINE_UNAVAILABLE',
      'Temporal does not answer. Try again in some seconds.',
    ),
  } as const;
}
