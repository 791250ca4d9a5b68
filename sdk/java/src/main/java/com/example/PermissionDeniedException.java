package com.example;

/** 403: the key is good, its role is too low. */
public final class PermissionDeniedException extends ApiException {
  PermissionDeniedException(Refusal refusal) {
    super(refusal);
  }
}
