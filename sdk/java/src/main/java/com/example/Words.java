package com.example;

/** The words of the API as enums, and back. */
final class Words {
  private Words() {}

  static <E extends Enum<E>> E read(Class<E> type, String word) {
    for (E known : type.getEnumConstants()) {
      if (known.toString().equals(word)) return known;
    }
    return Enum.valueOf(type, "UNKNOWN");
  }

  static String sent(Enum<?> word) {
    if (word != null && word.name().equals("UNKNOWN")) {
      throw new IllegalArgumentException("UNKNOWN is no word that can be sent: name one of the others.");
    }
    return word == null ? null : word.toString();
  }
}
