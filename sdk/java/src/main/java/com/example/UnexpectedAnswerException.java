package com.example;

/** An answer that this API does not give, such as a proxy's page or a redirect: check {@code baseUrl}. */
public final class UnexpectedAnswerException extends ApiException {
  UnexpectedAnswerException(Refusal refusal) {
    super(refusal);
  }
}
