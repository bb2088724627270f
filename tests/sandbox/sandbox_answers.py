"""What tests read out of answers."""


def titles(answer):
    return [row["title"] for row in answer.json()["results"]]
