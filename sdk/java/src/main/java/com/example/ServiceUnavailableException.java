package com.example;

/** 503: the service, its database or its engine is away for the moment. */
public final class ServiceUnavailableException extends ServerException {
  ServiceUnavailableException(Refusal refusal) {
    super(refusal);
  }
}
