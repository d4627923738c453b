"""Pairs of short texts of our own that differ in one thing.

The thing is a negation, emphasis, drawn-out letters or a sign; the first of each pair expresses its
category more than the second. They were written before the model was asked, and none was dropped for its answer.
"""

from typing import Final, NamedTuple


class Pair(NamedTuple):
    """Two texts and the category that the first expresses more."""

    more: str
    less: str
    category: str


def _pairs(block: str) -> tuple[Pair, ...]:
    rows = (line.split("|") for line in block.strip().splitlines())
    return tuple(Pair(more.strip(), less.strip(), name.strip()) for name, more, less in rows)


PAIRS: Final = {
    "negation": _pairs("""
        joy | I'm happy | I'm not happy
        joy | She is glad that you came | She isn't glad that you came
        joy | I enjoyed the party | I didn't enjoy the party
        love | I love this song | I don't love this song
        love | He loves her | He never loved her
        anger | I hate it | I don't hate it
        anger | I am angry with you | I am not angry with you
        fear | I'm afraid of him | I'm not afraid of him
        fear | That was scary | That wasn't scary at all
        sadness | It makes me sad | It doesn't make me sad
        sadness | I'm not happy at all | I'm happy after all
        excitement | I'm excited about tomorrow | I'm not excited about tomorrow
        surprise | I'm surprised | I'm not surprised
        gratitude | I'm grateful for this | I'm not grateful for this
        amusement | That is funny | That is not funny
        admiration | It was a good film | It was not a good film
        disgust | The food is disgusting | The food is not disgusting
        nervousness | I'm nervous about it | I'm not nervous about it
        approval | I agree with you | I don't agree with you
        disapproval | This is not right | This is right
        confusion | I don't understand it | I understand it
        optimism | I hope it works | I have no hope that it works
        pride | I'm proud of you | I can't say I'm proud of you
        remorse | I regret it | I don't regret it
    """),
    "emphasis": _pairs("""
        joy | I'm so happy!!! | I'm happy
        joy | I am very, very happy | I am happy
        excitement | We won! | We won.
        excitement | I can't wait!!! | I can't wait.
        excitement | It's tomorrow!! | It's tomorrow
        anger | What the hell is wrong with you?! | What is wrong with you?
        anger | Shut the fuck up! | Be quiet.
        gratitude | Thank you so so much!! | Thanks
        love | I absolutely love it! | I like it
        surprise | Wow! Really?! | Really
        curiosity | Why did you do that? | You did that
        admiration | That was absolutely amazing! | That was okay
        sadness | I'm so, so sad | I'm a bit sad
        disgust | That is so gross! | That is odd
        fear | I'm absolutely terrified! | I'm at work
        amusement | That's the funniest thing ever! | That's a thing
    """),
    "drawn out": _pairs("""
        joy | I'm sooooo happy!!! | I'm sooooo here
        joy | I'm haaaappy | I'm there
        joy | yaaaay we did it | yes we did it
        love | I loooove you | I know you
        anger | I haaaate this | I have this
        gratitude | Thaaaank you | Then you
        disgust | Ewwwwww | Ohhh
        surprise | Woooow | Well
        amusement | hahahahahahaha | ah
        sadness | I'm saaaad | I'm said
        excitement | Yessssss!!! | Yes
        admiration | Sooooo good!! | So so
        confusion | Whaaaat? I don't get it | What? I get it
        annoyance | Ughhhhhh | Uh
    """),
    "signs": _pairs("""
        joy | We are going home 😊 | We are going home
        joy | See you at five :) | See you at five
        amusement | You did what 😂 | You did what
        amusement | She said it again xD | She said it again
        sadness | He is gone 😢 | He is gone
        sadness | He is gone :( | He is gone
        sadness | That was the last one 😭 | That was the last one
        anger | You took my seat 😡 | You took my seat
        love | See you tonight ❤️ | See you tonight
        love | My sister and me 😍 | My sister and me
        gratitude | You came all the way 🙏 | You came all the way
        surprise | He is your brother 😮 | He is your brother
        disgust | There is a hair in it 🤢 | There is a hair in it
        fear | Somebody is at the door 😨 | Somebody is at the door
        excitement | It is your birthday 🎉 | It is your birthday
        approval | I read your plan 👍 | I read your plan
        joy | I'm fine 😊 | I'm fine 😢
        sadness | I'm fine 😢 | I'm fine 😊
    """),
}
"""By what the two differ in."""
