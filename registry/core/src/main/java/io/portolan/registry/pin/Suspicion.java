package io.portolan.registry.pin;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/*
 * A description tells what a tool does. What tells the reader what to do, to hide, or to do with other
 * tools, files and secrets is addressed to a model. One such sign may stand in an honest text; so
 * signs have weights, and only some of them are enough alone. This is a lamp for people who approve,
 * not a wall: who writes for it gets past it. The signs find all of the labelled corpus, with which in
 * view they were chosen, and say why; Wording finds most of what was written afterwards, and can only
 * say where. What protects is the approval, not this.
 */

/**
 * What in texts that models read looks as if it were meant to steer them. Immutable.
 *
 * @param score 0 for nothing, at most 100
 * @param reasons what was found, in words for people
 */
public record Suspicion(int score, List<String> reasons) {
  /** From here on somebody should look closely. */
  public static final int SUSPICIOUS = 35;

  private static final int LONG_CHARS = 4_000;
  private static final int LINES_MAX = 10_000;

  private record Sign(Pattern pattern, int weight, String reason) {
    Sign(String regex, int weight, String reason) {
      this(Pattern.compile(regex), weight, reason);
    }
  }

  private static final String SECRETS =
      "(?:api[ _-]?keys?|passwords?|passwd|credentials?|private keys?|ssh keys?|secrets?|tokens?"
          + "|cookies|\\.env\\b|id_rsa|\\.aws|\\.ssh|\\.npmrc|\\.netrc|kubeconfig|seed phrase|wallet"
          + "|mcp\\.json|environment variables|/etc/(?:passwd|shadow))";

  private static final List<Sign> SIGNS =
      List.of(
          new Sign(
              "<\\s*/?\\s*(?:important|system|secret|instructions?|admin|critical|assistant|hidden"
                  + "|override|rules?|prompt|note)(?:[ _-]\\w+)*\\s*/?>|\\[/?inst\\]|<\\|[a-z_]+\\|>"
                  + "|<!--",
              60,
              "markup that addresses the model"),
          new Sign(
              "\\b(?:ignore|disregard|forget|override|bypass|discard)\\b.{0,40}\\b(?:previous|prior"
                  + "|earlier|above|all|any|other|your|the user|safety|system|existing|remaining)\\b"
                  + ".{0,30}\\b(?:instructions?|rules?|prompts?|guidelines?|polic(?:y|ies)|directions?"
                  + "|constraints?|restrictions?|safeguards?|limits|requests?|wishes|warnings?"
                  + "|confirmations?)\\b",
              60,
              "a demand to ignore instructions"),
          new Sign(
              "\\b(?:not|don't|never|without|avoid|refrain from)\\b.{0,30}\\b(?:tell(?:ing)?"
                  + "|inform(?:ing)?|mention(?:ing)?|reveal(?:ing)?|notify(?:ing)?|admit(?:ting)?"
                  + "|disclos(?:e|ing)|alert(?:ing)?|asking|explain(?:ing)?|report(?:ing)?)\\b"
                  + ".{0,40}\\b(?:users?|human|person|operator|anyone|anybody|them|customer|this"
                  + "|it)\\b"
                  + "|\\b(?:hide|conceal|keep)\\b.{0,40}\\b(?:from|confidential|secret)\\b.{0,20}"
                  + "\\b(?:users?|human|person|operator|customer|anyone|anybody)\\b"
                  + "|\\bneed not know\\b|\\bconceal (?:it|this|that)\\b",
              60,
              "a demand to hide something from the user"),
          new Sign(
              "\\b(?:secretly|silently|covertly|quietly|discreetly|invisibly|behind the scenes"
                  + "|without (?:the user'?s? )?(?:knowledge|consent|permission|confirmation|approval"
                  + "|notice))\\b",
              40,
              "something that is to happen unnoticed"),
          new Sign(
              "\\b(?:read|open|fetch|cat|load|collect|gather|include|attach|append|send|forward|post"
                  + "|upload|transmit|exfiltrate|leak|copy|pass|paste|provide|retrieve|extract"
                  + "|encode|submit|dump|supply|unlock)(?:ing)?\\b.{0,60}"
                  + SECRETS
                  + "|"
                  + SECRETS
                  + ".{0,40}\\b(?:be|is|are) (?:sent|included|listed|unlocked|posted|passed"
                  + "|attached)\\b",
              35,
              "handling of secrets or private files"),
          new Sign(
              "(?:~|\\$home|/home/\\w+|/root|/users/\\w+)/\\.|\\bid_rsa\\b|/etc/(?:passwd|shadow)"
                  + "|\\.aws/credentials|\\.ssh/",
              30,
              "the path of a private file"),
          new Sign(
              "\\b(?:before|prior to|whenever|when|after|each time|every time)\\b.{0,30}\\b(?:any"
                  + "|another|other|all|every)\\b.{0,12}\\btools?\\b"
                  + "|\\bbefore (?:using|calling|invoking|running) this tool\\b.{0,60}\\b(?:read|open"
                  + "|send|pass|include)\\b|\\bcall (?:it|this tool) (?:first|afterwards)\\b",
              40,
              "orders about when other tools are called"),
          new Sign(
              "\\b(?:the|any|other|another|all) (?:\\w+ )?(?:other )?tools?\\b.{0,60}\\b(?:is|are|be)"
                  + " (?:deprecated|broken|unsafe|insecure|obsolete|compromised|disabled|unreliable"
                  + "|replaced|forbidden|outdated|malicious)\\b"
                  + "|\\b(?:instead of|rather than|not|never|stop) (?:use|using|call|calling|the) ?"
                  + ".{0,30}\\b(?:other|another|built-in|native|any) tools?\\b",
              45,
              "talk other tools down"),
          new Sign(
              "\\bthe (?:assistant|model|ai|agent|llm)\\b.{0,20}\\b(?:must|should|shall|needs? to|has"
                  + " to|is required|are required|is now|will always|may not|has been)\\b"
                  + "|\\bnotes? (?:to|for) (?:the )?(?:model|assistant|ai|agent|llm)\\b"
                  + "|\\b(?:assistant|model|ai|llm) ?:",
              40,
              "orders to the model"),
          new Sign(
              "\\byou\\b.{0,10}\\b(?:must|shall|have to|are required to|are now) "
                  + "(?:always|also|first|never|call|not)\\b",
              20,
              "orders to the reader"),
          new Sign(
              "\\b(?:obey(?:ed)?|comply with)\\b|\\bmust be (?:executed|obeyed|followed)\\b"
                  + "|\\btreat\\b.{0,40}\\bas (?:\\w+ )?(?:commands?|instructions?)\\b"
                  + "|\\bfollow\\b.{0,20}\\binstructions\\b.{0,20}\\b(?:in|from|found)\\b",
              40,
              "content that is to be obeyed"),
          new Sign(
              "\\b(?:change|replace|alter|modify|redirect|swap)\\b.{0,20}\\b(?:recipients?|iban|payee"
                  + "|account numbers?|destination|beneficiary)\\b",
              35,
              "other arguments than the user's"),
          new Sign(
              "\\b(?:send|forward|post|upload|transmit|report|submit|bcc|cc|copy|exfiltrate|relay"
                  + "|mirror)\\b.{0,80}(?:https?://|[\\w.+-]+@[\\w-]+\\.\\w+|\\bwebhook\\b|\\bremote"
                  + " (?:server|endpoint)\\b|\\bexternal (?:server|endpoint|url|host)\\b)",
              30,
              "data that goes elsewhere"),
          new Sign(
              "\\b(?:conversation|chat) (?:history|so far|log|transcript)|\\b(?:full|entire|whole"
                  + "|complete) (?:conversation|chat|context|transcript|system prompt)|\\bsystem prompt\\b"
                  + "|\\bprevious messages\\b|\\ball messages\\b",
              35,
              "the conversation is asked for"),
          new Sign(
              "\\b(?:system|admin(?:istrator)?|developer|security|compliance|authorized|mandatory)"
                  + " (?:override|notice|message|directive|requirement|mode|instruction|command|step"
                  + "|note|update|policy)\\b\\s*(?::|-|\\b(?:requires?|demands?|in effect|mandates?)\\b)",
              35,
              "an authority that it has not"),
          new Sign(
              "\\b(?:base64|hex|rot13|url)[- ]?(?:encode|decode)d?\\b.{0,60}\\b(?:send|include|pass"
                  + "|append|execute|run|follow|put|hide)\\b|\\b(?:execute|run|eval|follow)\\b.{0,30}"
                  + "\\b(?:decoded|returned|fetched|whatever|hidden) (?:\\w+ )?(?:commands?|instructions?"
                  + "|text|script|code|output)\\b",
              40,
              "instructions that come in another way"),
          new Sign(
              "\\b(?:for|as) (?:\\w+ ){0,2}(?:compatibility|logging|telemetry|verification|debugging"
                  + "|analytics|audit|authentication|diagnostics) (?:purposes?|reasons?)?.{0,60}"
                  + "\\b(?:contents?|history|file|key|token|password|prompt|secret)\\b",
              30,
              "a pretext for data"),
          new Sign(
              "\\bpretend\\b|\\byou are now\\b|\\bact as (?:if|though|an? (?:admin|root|system))\\b"
                  + "|\\bnew (?:role|persona|identity)\\b|\\bjailbreak\\b|\\bdeveloper mode\\b",
              50,
              "a new role for the model"),
          new Sign(
              "\\b(?:approve|accept|confirm|authorize|allow|grant|agree to|skip|auto-?approve)\\b.{0,40}"
                  + "\\b(?:all|any|every|automatically|future|without|confirmations?|approvals?|prompts?"
                  + "|dialogs?|checks?)\\b.{0,30}\\b(?:requests?|permissions?|confirmations?|prompts?"
                  + "|approvals?|actions?|asking|transactions?|dialogs?|checks?)\\b",
              35,
              "approvals that are to be given or left out"));

  public Suspicion {
    reasons = List.copyOf(reasons);
  }

  /** Whether somebody should look closely. */
  public boolean isSuspicious() {
    return score >= SUSPICIOUS;
  }

  /** Looks at a definition: all texts in it, wherever they stand. */
  public static Suspicion ofDefinition(String json) {
    var texts = new StringBuilder();
    collect(Json.parse(json), texts);
    return of(texts.toString());
  }

  private static void collect(Json value, StringBuilder texts) {
    switch (value) {
      case Json.Text(var text) -> texts.append(text).append('\n');
      case Json.Sequence(var items) -> items.forEach(item -> collect(item, texts));
      case Json.Mapping(var members) ->
          members.entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .forEach(
                  member -> {
                    texts.append(member.getKey().length() > 64 ? member.getKey() + "\n" : "");
                    collect(member.getValue(), texts);
                  });
      case Json.Numeral _, Json.Flag _, Json.Nothing _ -> {}
    }
  }

  /** Looks at a text. */
  public static Suspicion of(String text) {
    var score = 0;
    var reasons = new ArrayList<String>();
    var hidden = text.codePoints().filter(Hidden::isHidden).count();
    if (hidden > 0) {
      score += 60;
      reasons.add(hidden + " hidden characters");
    }
    var plain = plain(text);
    for (var sign : SIGNS) {
      var matcher = sign.pattern().matcher(plain);
      if (matcher.find()) {
        score += sign.weight();
        reasons.add(sign.reason() + ": '" + shown(matcher.group()) + "'");
      }
    }
    var worst = worst(text);
    if (worst != null) {
      score += SUSPICIOUS;
      reasons.add("a sentence worded like those that steer models: '" + shown(worst) + "'");
    }
    if (text.length() > LONG_CHARS) {
      score += 20;
      reasons.add(text.length() + " characters");
    }
    return new Suspicion(Math.min(score, 100), reasons);
  }

  /** The sentence that is worded most like those that steer; null where none is. */
  private static @Nullable String worst(String text) {
    String worst = null;
    var most = Wording.STEERS;
    for (var line : (Iterable<String>) text.lines().limit(LINES_MAX)::iterator) {
      for (var sentence : Wording.sentences(plain(line))) {
        var odds = Wording.trained().of(sentence);
        if (odds >= most) {
          most = odds;
          worst = sentence;
        }
      }
    }
    return worst;
  }

  /** One line in lower case, without what is hidden, and with look-alike letters made plain. */
  private static String plain(String text) {
    var out = new StringBuilder();
    var normal =
        Normalizer.normalize(
            text.length() > 100_000 ? text.substring(0, 100_000) : text, Normalizer.Form.NFKC);
    normal
        .codePoints()
        .filter(c -> !Hidden.isHidden(c))
        .forEach(c -> out.appendCodePoint(Character.isWhitespace(c) ? ' ' : latin(c)));
    return out.toString().toLowerCase(Locale.ROOT).replaceAll(" {2,}", " ");
  }

  private static int latin(int c) {
    var at = "аеорсухіјѕԁɡ’ʼ".indexOf(c);
    return at < 0 ? c : "aeopcyxijsdg''".charAt(at);
  }

  private static String shown(String text) {
    return text.length() <= 80 ? text : text.substring(0, 77) + "...";
  }
}
