"""reelmaker"""
