"""Greetings, self-introductions and thanks: sentences that say nothing about the customer's experience. Pure.

Takes the text of a sentence; returns what kind of small talk all of it is. A sentence that says anything more ("Hi,
I'm Ana and my card was refused") is none. Works in English; in a few other languages for the commonest forms.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Said in passing anywhere, and nothing by itself
FILLER = re.compile(
    r"\b(?:u+h*m+|u+h+|e+r+m*|h+m+|ah|oh|yeah|yes|yep|okay|ok|right|well|so|and|also|just|first of all|to start(?: with)?|"
    r"you know|i mean|really|basically|honestly|i think|i guess|i suppose|let's see|let me see|let me think|sort of|kind of|like|actually|then|now|alright|all right|anyway|"
    r"also|äh+m*|ähm|also gut|ja|nun|bueno|pues|alors|eh|allora|beh)\b"
)
# Each of these is a whole clause, with what may stand around it
GREETING = (
    r"(?:hi|hello|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|welcome)"
    r"(?: (?:there|again|everyone|everybody|all|you all|to (?:you|everyone|everybody)(?: all)?|guys|folks|team|"
    r"sir|madam|(?:dear )?(?:colleagues|friends|ladies and gentlemen)))*(?: from \w+(?: \w+)?)?"
    r"|(?:it'?s |it is |i'?m |i am )?(?:so |very )?(?:nice|good|great|lovely|pleased|glad|happy) to (?:meet|see) (?:you|everyone)(?: all)?"
    r"|(?:everyone|everybody|guys|folks|ladies and gentlemen)|how are you(?: (?:doing|all|today))*|how do you do|i hope (?:you(?:'re| are)|everyone is) (?:all )?(?:well|fine|good)"
    r"|(?:can|do) you (?:hear|see) me(?: (?:well|now|okay|ok))?|is (?:this|it) (?:on|recording|working)(?: now)?"
    r"|(?:guten (?:tag|morgen|abend)|hallo|servus|moin|grüß gott|grüezi)(?: (?:zusammen|an alle|alle))*"
    r"|(?:bonjour|bonsoir|salut)(?: (?:à tous|tout le monde|à toutes et à tous))?"
    r"|(?:hola|buenos días|buenas tardes|buenas)(?: a (?:todos|todas))?|(?:ciao|buongiorno|buonasera)(?: a tutti)?"
    r"|(?:olá|bom dia|boa tarde)(?: a todos)?|(?:goedemorgen|goedemiddag|goedendag)(?: allemaal)?"
)
NAME = r"[^\W\d_][\w'’.-]*"
NAMED = rf"(?:{NAME}|\[name\])(?: (?:{NAME}|\[name\])){{0,2}}"
PLACE = r"(?:[\w'’.-]+)(?: [\w'’.-]+){0,4}"
TITLE = r"(?:(?:first|second|third|fourth|final|last)[- ]year |former |retired |proud |young |single |full[- ]time |part[- ]time )*"
ROLE = (
    r"(?:student|pupil|intern|trainee|apprentice|nurse|teacher|engineer|doctor|pensioner|mum|mom|mother|dad|father|parent|"
    r"grandmother|grandfather|accountant|designer|developer|manager|customer|member|client|guest|patient|volunteer|tenant|"
    r"resident|freelancer|farmer|driver|cook|chef|carpenter|lawyer|journalist|musician|researcher|consultant|electrician|"
    r"plumber|hairdresser|librarian|baker|programmer|analyst|assistant|user|subscriber|passenger|traveller|traveler)"
)
FIELD = r"(?: (?:of|in|at|from|with|for|studying|here(?: in)?)(?: [\w'’-]+){1,5})?"
INTRODUCTION_NAME = (
    rf"(?:my name(?:'s| is)|my first name is|the name'?s|i(?:'m| am) called|they call me|you can call me|i call myself|call me) {NAMED}"
    rf"|i(?:'m| am) (?:the )?(?-i:[A-ZÀ-ÖØ-Þ][\w'’-]*|\[name\])(?: (?-i:[A-ZÀ-ÖØ-Þ][\w'’.-]*|\[name\])){{0,2}}"
    rf"|(?:this is|here is) (?-i:[A-ZÀ-ÖØ-Þ][\w'’-]*|\[name\])(?: (?-i:[A-ZÀ-ÖØ-Þ][\w'’-]*|\[name\])){{0,2}}(?: (?:here|speaking))?(?: from {PLACE})?"
    rf"|(?-i:[A-ZÀ-ÖØ-Þ][\w'’-]*|\[name\])(?: here| speaking| is my name)"
    rf"|(?:ich heiße|mein name ist|ich bin (?:der|die)) {NAMED}|(?:je m'appelle|mon nom est|moi c'est) {NAMED}"
    rf"|(?:me llamo|mi nombre es) {NAMED}|(?:mi chiamo|il mio nome è) {NAMED}|(?:chamo-me|meu nome é) {NAMED}|ik heet {NAMED}"
)
INTRODUCTION_MORE = (
    rf"(?:i(?:'m| am)|i was|i work as|i(?:'m| am) working as|working as) (?:an? |the )?{TITLE}(?:[\w-]+ )?{ROLE}{FIELD}(?: of yours| with you)?"
    rf"|(?:i(?:'m| am)|i was) (?:in|from|based in|living in|at|originally from|studying) {PLACE}|i(?:'m| am) doing (?:my |an? )?[\w-]+(?: [\w-]+){{0,2}}|i(?:'m| am) doing my"
    rf"|i(?:'m| am) (?:in )?my (?:first|second|third|fourth|final|last) year(?: (?:of|in|at) {PLACE})?"
    rf"|i (?:come|came) from {PLACE}|i (?:live|study|work|studied) (?:in|at|for|near|with) {PLACE}|i study {PLACE}|from {PLACE}"
    rf"|(?:my name'?s |i(?:'m| am) )?(?:[\w-]+ )?(?:\w+|\d+) years? old|i(?:'m| am) \d+|aged? \d+"
    rf"|i(?:'ve| have) been (?:an? |your )?(?:[\w-]+ )?{ROLE}{FIELD}"
    rf"|i(?:'ve| have) been (?:with you|here|a customer|shopping here|coming here)(?: {PLACE})?"
    rf"|i(?:'d| would) like to introduce myself|let me introduce myself|a (?:little|bit|few words) about (?:me|myself)"
    rf"|(?:i(?:'m| am)|we(?:'re| are)) (?:an?|one of the) [\w'-]+(?: [\w'-]+){{0,4}}|i(?:'m| am) (?-i:[A-Z])[\w-]+'s \w+"
    r"|i(?:'m| am) (?:retired|married|single|self-employed)|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?"
    r"|i(?:'m| am) (?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?|(?:retired|myself)"
    r"|(?:in |one )?(?:my |the )?(?:first|second|third|fourth|fifth|sixth|final|last|one) (?:year|semester|term)"
    rf"|i(?:'m| am)(?: in)? my {PLACE}|i(?:'m| am)(?: on| with)? {PLACE} (?:course|team|class|programme|program)"
    rf"|in (?:my|the) (?:first|second|third|fourth|final|last) year|{TITLE}{ROLE}{FIELD}"
)
# Small talk beside a name, a greeting or thanks alone: "Hi, Matteo", "it's Dermot"
BESIDE = re.compile(
    rf"(?:it'?s )?(?:[A-ZÀ-ÖØ-Þ][\w'’-]*|\[name\])(?: [A-ZÀ-ÖØ-Þ][\w'’-]*){{0,2}}(?: here)?(?: from {PLACE})?"
)
HESITATION = re.compile(r",?\s*\b(?:u+h*m+|u+h+|e+r+m*|h+m+|äh+m*)\b,?", re.IGNORECASE)
AGAIN = re.compile(r"\b([\w']+)(?:[,\s]+\1\b)+", re.IGNORECASE)
MUCH = r"(?: (?:very much|so much|a lot|a million|again|everyone|everybody|all|guys|you all|once again|in advance|kindly|for now))*"
FOR_THIS = (
    r"(?: for (?:having me|having us|listening(?: to me)?|watching|your time|your attention|taking (?:the|your) time|asking|"
    r"asking me|the (?:opportunity|chance|invitation|invite|interview|question|questions|survey)(?: to [\w ]{1,30})?|"
    r"inviting me|letting me [\w ]{1,30}|reading(?: this)?|hearing me(?: out)?|everything|all|all of it|"
    r"this (?:opportunity|chance|interview|survey)|your (?:interest|patience|understanding)))*"
)
THANKS = (
    rf"(?:(?:many |a big |big )?thanks|thank you|thank u|thx|cheers|i thank you|i want to thank you|i(?:'d| would) like to thank you|"
    rf"i wanted to say thank you|a big thank you){MUCH}{FOR_THIS}{MUCH}"
    r"|(?:good ?bye|bye(?:[ -]?bye)?|see you(?: (?:soon|later|then|around|next time))?|take care|have a (?:nice|good|great|lovely|wonderful) "
    r"(?:day|one|evening|weekend|afternoon|time)|all the best|best (?:regards|wishes)|good luck(?: (?:to (?:you|everyone)(?: all)?|everyone|with (?:everything|the survey|it)))?)"
    r"|(?:that'?s|that is|that was|this is|this was)(?: (?:really|basically|pretty much|about))? (?:it|all|everything|me done|the end)"
    r"(?: (?:from me|from my side|i (?:have|wanted|had)(?: to say)?|for (?:me|now|today)|really|i think|i guess|i can think of))*"
    r"|(?:i think |i guess )(?:that'?s|that is) (?:it|all)|nothing (?:else|more)(?: to (?:say|add))?(?: from me)?|no more from me"
    r"|i(?:'m| am) (?:very |really |so )?(?:happy|glad|pleased) to (?:do this|be here|help|take part|share(?: (?:this|it|my experience))?)"
    r"|(?:i(?:'m| am) )?done|over and out|i have nothing (?:else |more )?to (?:add|say)"
    r"|(?:vielen dank|danke(?:schön| schön| sehr)?|tschüss|auf wiedersehen|das war'?s|das war alles)(?: fürs zuhören| für (?:ihre|eure|die) \w+)?"
    r"|(?:merci(?: beaucoup)?|au revoir|c'est tout)(?: de m'avoir écouté| pour votre \w+)?|(?:muchas )?gracias(?: por (?:su|tu|la|escuchar\w*)(?: \w+)?)?|adiós|eso es todo"
    r"|(?:grazie(?: mille)?|arrivederci|è tutto)(?: per l'ascolto)?|(?:muito )?obrigad[oa]|(?:dank ?(?:u|je)(?: wel)?|bedankt|tot ziens)"
)
KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"(?:{pattern})", re.IGNORECASE))
    for kind, pattern in (
        ("greeting", GREETING),
        ("introduction", INTRODUCTION_NAME),
        ("thanks", THANKS),
    )
)
MORE = re.compile(rf"(?:{INTRODUCTION_MORE})", re.IGNORECASE)
CUT = re.compile(r"[,.;:!?…—–]+|\s-\s|\b(?:and|und|et|y|e|en)\b(?=\s)", re.IGNORECASE)
LONGEST = 45  # words; who says more says something


@lru_cache(maxsize=50_000)
def kind(text: str) -> str:
    """The kind of small talk that the whole sentence is; "" if it says anything else.

    What people say about themselves ("I'm a student of law in Leeds") is small talk only next to a name, a greeting or
    thanks.
    """
    if len(text.split()) > LONGEST:
        return ""
    plain = text.replace("’", "'")
    return next(
        filter(None, (_of_clauses(AGAIN.sub(r"\1", HESITATION.sub(pause, plain))) for pause in (" ", ", "))), ""
    )


def _of_clauses(plain: str) -> str:
    clauses = [bare for part in CUT.split(plain) if (bare := _bare(part))]
    kinds: list[str] = []
    has_more = named = False
    for clause in clauses:
        own = next((name for name, pattern in KINDS if pattern.fullmatch(clause)), "")
        if own:
            kinds.append(own)
        elif MORE.fullmatch(clause):
            has_more = True
        elif BESIDE.fullmatch(clause):
            named = True
        else:
            return ""
    if not kinds or (named and set(kinds) == {"thanks"}):
        return ""
    return "introduction" if "introduction" in kinds or has_more or named else kinds[0]


def _bare(clause: str) -> str:
    """A clause without filler words, in its original letters."""
    bare, lower = clause, clause.lower()
    for match in reversed(list(FILLER.finditer(lower))):
        bare = f"{bare[: match.start()]} {bare[match.end() :]}"
    return " ".join(bare.split()).strip(" '\"“”„«»()-")
