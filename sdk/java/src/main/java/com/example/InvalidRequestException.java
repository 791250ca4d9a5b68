package com.example;

/** 400, 413, 422: change the request; {@link #getDetails} names the faulty fields. */
public final class InvalidRequestException extends ApiException {
  InvalidRequestException(Refusal refusal) {
    super(refusal);
  }
}
