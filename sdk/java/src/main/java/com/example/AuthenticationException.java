package com.example;

/** 401: the key is missing, wrong, revoked or expired. */
public final class AuthenticationException extends ApiException {
  AuthenticationException(Refusal refusal) {
    super(refusal);
  }
}
