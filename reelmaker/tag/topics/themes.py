"""What customers of any trade talk about, under the names that a team would use; which of them a topic is. Pure.

The list is general on purpose: it names topics, it does not find them. A topic that is close to none of them is named
after the things in it, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

LEAST = 0.1  # by how much a topic is nearer to a theme than the survey's sentences are on average
AHEAD = 0.015  # by how much it is nearer than to the next one
LIKE, MANY = 0.35, 0.4  # likeness that a sentence of the theme has, and share of the topic's sentences that have it
THEMES: dict[str, tuple[str, ...]] = {
    "waiting times": ("I waited in the queue for an hour", "We sat in the waiting room forever", "There was only one person serving the whole queue"),
    "getting through on the phone": ("I was on hold for forty minutes", "Nobody answers the phone", "The line went dead after the hold music"),
    "answers from customer service": ("They only sent me an automatic reply", "I wrote three emails and nobody answered", "The chat could not help me with my question"),
    "being passed around": ("They passed me from one department to the next", "I had to explain everything again from the beginning", "Nobody felt responsible for my case"),
    "the staff": ("The staff were rude to us", "She was so kind and patient with me", "The man at the desk did not even look up"),
    "late deliveries": ("The parcel came a week late", "I stayed at home all day and the van never came", "My order has not arrived"),
    "damaged or wrong deliveries": ("The box was crushed and the glass was broken", "They sent the wrong item", "Half of my order was missing"),
    "drivers and couriers": ("The driver left it in the rain", "The courier threw the parcel over the fence", "The driver carried the box upstairs for me"),
    "tracking and status updates": ("The tracking said delivered but nothing was there", "Nobody told me what was going on with my order", "I heard nothing for three weeks"),
    "paying": ("My card was declined when I tried to pay", "The payment page went blank", "There was no way to pay by invoice"),
    "charges and fees": ("There was a fee on the bill that nobody had told me about", "They charged me twice", "The final price was much higher than the quote"),
    "prices": ("It is far too expensive", "The price went up again this year", "I found the same thing cheaper elsewhere"),
    "invoices and bills": ("The bill was wrong", "I could not understand the invoice", "They estimated my bill and it was far too high"),
    "refunds": ("I am still waiting for my money back", "They would only give me a voucher and no refund", "The refund took two months"),
    "returns and exchanges": ("I wanted to send it back and had to print a label", "They would not exchange the shoes", "Returning it was complicated"),
    "cancelling": ("I could not find out how to cancel my contract", "They kept charging me after I had cancelled", "They tried to talk me out of cancelling"),
    "contracts and terms": ("It was in the small print of the contract", "I signed for two years without knowing it", "The notice period is three months"),
    "logging in and accounts": ("I was locked out of my account", "The password reset did not work", "The code never arrived on my phone"),
    "the app": ("The app crashes all the time", "Since the update the app does not open", "I could not do it in the app"),
    "the website": ("The website is confusing", "I could not find what I was looking for on the site", "The page kept loading"),
    "searching and finding": ("The search showed me the wrong things", "I could not find the product", "I walked around the store and found nothing"),
    "stock and choice": ("It was sold out again", "They never have my size", "There is so little to choose from"),
    "product quality": ("It broke after two weeks", "The material feels cheap", "The stitching came apart after the first wash"),
    "size and fit": ("It did not fit me", "The sizes are all wrong", "It was too big for the room"),
    "instructions and assembly": ("The instructions made no sense", "There were screws missing", "It took me five hours to put it together"),
    "repairs and faults": ("They repaired it and the same fault came back", "It still does not work after the third visit", "The technician replaced the wrong part"),
    "appointments": ("I could not get an appointment for six weeks", "They cancelled my appointment on the same day", "They were an hour late for my appointment"),
    "booking": ("I booked a table and it was gone", "The online booking did not work", "They gave my booking to somebody else"),
    "opening hours": ("They close at five, when I am still at work", "It was closed although the sign said open", "Nobody is there on Saturdays"),
    "parking": ("I could not find a parking space", "The car park was full", "We got a parking fine while we were inside"),
    "getting there": ("It is hard to get there by bus", "The way was not signposted", "The lift was out of order so I could not get in with the pram"),
    "cleanliness": ("The toilets were filthy", "There was hair in the shower", "The room had not been cleaned"),
    "crowding": ("It was so crowded that we could not move", "All the machines were taken", "There was no seat left"),
    "noise": ("It was so loud that I could not sleep", "The music was deafening", "They were drilling next door all day"),
    "heat and cold": ("It was freezing in there", "The heating did not work", "It was unbearably hot and there was no air"),
    "rooms and beds": ("The bed was hard and I could not sleep", "The room was tiny and dark", "The room smelled of smoke"),
    "seats and space": ("They put my family in different rows", "There was no room for my legs", "I paid for a seat and stood the whole way"),
    "delays and cancellations": ("The train was cancelled and nobody told us", "We stood on the platform for two hours", "The flight was delayed until the next day"),
    "missed connections": ("We missed our connection", "The bus left before the train arrived", "I stood there at night with no way to get home"),
    "luggage": ("They charged me for my hand luggage", "My suitcase did not arrive", "The bag was torn open"),
    "tickets": ("The ticket machine did not take my card", "My ticket was not valid on that train", "I could not get tickets, they were gone in a minute"),
    "food and drink": ("The food was cold", "The pasta was delicious", "There is always the same thing on the menu"),
    "portions": ("The portion was tiny", "I was still hungry afterwards", "They gave us so much that we took it home"),
    "allergies and diets": ("They did not know what was in it and I have an allergy", "There was nothing for vegetarians", "They put nuts in it although I told them"),
    "children and families": ("There was nothing for the children to do", "My son was so happy there", "There was nowhere to change the baby"),
    "safety": ("I did not feel safe there at night", "The step was broken and I fell", "Nobody was watching the children"),
    "theft and fraud": ("Somebody had taken money from my account", "My bike was stolen from the rack", "They treated me like a thief"),
    "blocked cards and payments": ("The bank froze my card for no reason", "My transfer was stopped by the security check", "My card was blocked while I was abroad"),
    "privacy and data": ("They gave my number to somebody else", "I get calls from people I never gave my number to", "They lost my file with all my data"),
    "advertising": ("I get five emails from them every day", "They keep calling to sell me something", "The letter promised something else"),
    "being pressed to buy": ("They tried to sell me things that I did not need", "He would not take no for an answer", "It felt like a sales talk"),
    "explanations and information": ("Nobody explained it to me", "They talked so fast and used words I do not know", "I got two different answers to the same question"),
    "lost documents and history": ("They had lost my file", "They asked for the same form three times", "None of my records had been sent over"),
    "the doctor or therapist": ("The doctor did not listen to me", "He looked at the screen and not at me", "She took her time and explained everything"),
    "pain and treatment": ("It hurt for days afterwards", "The treatment did not help", "The injection did not hurt at all"),
    "medicines": ("They gave me the wrong pills", "My prescription was not there", "They had to order my medicine"),
    "claims": ("They rejected my claim", "I sent in the claim with all the photos and heard nothing", "The expert only came after two months"),
    "connection and network": ("The internet goes down every evening", "My calls drop all the time", "There is no signal in my house"),
    "loading and speed": ("It keeps buffering", "Everything takes forever to load", "The picture freezes in the middle of the film"),
    "lost work and data": ("Everything I had typed was gone", "It did not save my file", "After the update all my photos had disappeared"),
    "moving and installation": ("They scratched the wall when they carried it in", "They did not come to install it", "The men were careful with my piano"),
    "building works and maintenance": ("The tap has been dripping for months and nobody comes", "The lift has been broken since August", "They fixed the roof within a day"),
    "deposits": ("They kept my deposit", "I am still waiting for the deposit", "They took money off the deposit for a scratch that was there before"),
    "pets": ("They were so gentle with my dog", "My cat did not eat the food", "Dogs are not allowed inside"),
    "pay": ("I could not live on the salary", "The pay is too low for the rent here", "I was not paid for my overtime"),
    "working hours": ("I worked until nine every night", "I get my shifts too late to plan anything", "It was far too much work"),
    "the supervisor or mentor": ("My mentor never had time for me", "My boss explained everything to me", "I saw my supervisor three times in three months"),
    "tasks": ("I only made coffee and copied lists", "There was nothing for me to do", "I was given a project of my own"),
    "equipment and access on the first day": ("On my first day there was no computer for me", "I had no access card for a week", "My account was not set up"),
    "colleagues and company": ("I ate lunch alone", "I did not know anybody there", "My colleagues took me along from the first day"),
    "prospects": ("Nobody told me whether I could stay on", "I do not know how to get on from here", "They promised me a job and then there was none"),
    "teaching": ("The teacher went far too fast", "Nobody showed me how to do it", "He only read out his slides"),
    "course material": ("The exercises did not match the book", "The videos were out of date", "The handouts were full of mistakes"),
    "exams and grades": ("We did not know what would be in the exam", "I waited two months for my grade", "The marking was unfair"),
    "timetables": ("The timetable changed every week", "Two of my courses were at the same time", "They moved the class without telling us"),
    "the programme": ("There were too many talks at the same time", "The excursions were wonderful", "There was nothing to do in the evening"),
    "sound and picture": ("We could not hear the speaker at the back", "The microphone did not work", "I could not see the stage"),
    "organisation": ("Nobody knew who was in charge", "It was chaos at the entrance", "Everything was perfectly organised"),
    "weather": ("It rained the whole week", "There was no shade anywhere", "There was hardly any snow"),
    "treatment and respect": ("They made me feel stupid", "He laughed at my accent", "They treated me like a child"),
    "help for older and disabled people": ("There was no ramp for my wheelchair", "My mother could not read the small letters", "They did not let my guide dog in"),
}  # fmt: skip


def nearest(members: np.ndarray, everything: np.ndarray, embed: Callable[[Sequence[str]], np.ndarray]) -> str:
    """The name of the theme that a topic belongs to; "" if it is close to none.

    Args:
        members: vectors of the topic's sentences, everything: of all sentences, shape (any, 384).
        embed: gives the vectors of texts.
    """
    import numpy as np

    names = list(THEMES)
    vectors = embed([text for name in names for text in THEMES[name]])
    cuts = np.cumsum([0, *(len(THEMES[name]) for name in names)])[:-1]
    own, usual = (
        np.maximum.reduceat(sentence_vectors @ vectors.T, cuts, axis=1) for sentence_vectors in (members, everything)
    )
    lift = own.mean(0) - usual.mean(0)
    first, second = (int(index) for index in np.argsort(-lift, kind="stable")[:2])
    sure = (own[:, first] >= LIKE).mean() >= MANY and lift[first] >= LEAST and lift[first] - lift[second] >= AHEAD
    return names[first] if sure else ""
